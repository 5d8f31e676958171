import { PassThrough } from 'node:stream';
import { type ProjectEvent, streamEvents } from '@tangent/contracts';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';

const heartbeatMs = 15_000;
/** A reader that lets so much pile up is cut off; its browser connects again. */
const maxBufferedBytes = 1024 * 1024;

/** Server-sent events of a project. They are hints: after a reconnect a screen reads the state anew. */
export function eventRoutes(app: FastifyInstance, deps: Deps): void {
  const open = new Set<PassThrough>();
  app.addHook('preClose', async () => {
    for (const stream of open) stream.end();
  });

  route(app, deps, streamEvents, async ({ params, request, reply }) => {
    const stream = new PassThrough({ highWaterMark: maxBufferedBytes });
    let id = 0;
    const write = (text: string) => {
      if (stream.writableLength > maxBufferedBytes) stream.destroy();
      else stream.write(text);
    };
    const send = (event: ProjectEvent) =>
      write(`id: ${++id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    const unwatch = deps.events.watch(params.projectId, send);
    const heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs);
    const end = () => {
      clearInterval(heartbeat);
      unwatch();
      open.delete(stream);
      stream.destroy();
    };
    open.add(stream);
    stream.once('close', end);
    request.raw.once('close', end);
    write('retry: 1000\n: connected\n\n');
    return reply
      .type('text/event-stream')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(stream);
  });
}

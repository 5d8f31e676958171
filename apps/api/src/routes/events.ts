import type { PassThrough } from 'node:stream';
import { streamEvents, TangentError } from '@tangent/contracts';
import type { FastifyInstance } from 'fastify';
import { authorise } from '../auth/authorise.js';
import { identify } from '../auth/caller.js';
import type { Deps } from '../deps.js';
import { currentState } from '../events/current-state.js';
import { eventStream } from '../events/event-stream.js';
import { route } from '../http/route.js';

/** At the end of the process a reader that does not read is not waited for. */
const patienceMs = 1000;

export function eventRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, events } = deps;
  const open = new Set<PassThrough>();
  app.addHook('preClose', async () => {
    for (const stream of open) {
      stream.end();
      setTimeout(() => stream.destroy(), patienceMs).unref();
    }
  });

  route(app, deps, streamEvents, async ({ params, request, reply }) => {
    const { projectId } = params;
    const stream = eventStream({
      projectId,
      hub: events,
      currentState: () => currentState(db, projectId),
      mayWatch: async () => {
        try {
          const caller = await identify(db, request);
          return caller !== null && (await authorise(db, streamEvents, params, caller)) !== null;
        } catch (error) {
          if (error instanceof TangentError && error.status < 500) return false;
          throw error;
        }
      },
      onError: (err) => request.log.warn({ err }, 'event stream'),
    });
    open.add(stream);
    stream.once('close', () => open.delete(stream));
    request.raw.once('close', () => stream.destroy());
    return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream);
  });
}

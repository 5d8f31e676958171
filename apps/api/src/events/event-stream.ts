import { PassThrough } from 'node:stream';
import type { ProjectEvent } from '@tangent/contracts';
import type { EventHub } from './event-hub.js';

const heartbeatMs = 15_000;
/** The right to watch is looked up again every so many heartbeats: a session may end, a member may be removed. */
const heartbeatsPerCheck = 4;
/** A reader that lets so much pile up is cut off; its browser connects again and is told the state. */
const maxBufferedBytes = 1024 * 1024;

export interface EventStreamOptions {
  readonly projectId: string;
  readonly hub: EventHub;
  /** Sent at the beginning, and after events were missed. */
  readonly currentState: () => Promise<readonly ProjectEvent[]>;
  readonly mayWatch: () => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

/** Server-sent events of a project. They are hints: after a reconnect a screen reads the state anew. Ends when it is destroyed. */
export function eventStream(options: EventStreamOptions): PassThrough {
  const { projectId, hub, currentState, mayWatch, onError } = options;
  const stream = new PassThrough({ highWaterMark: maxBufferedBytes });
  const write = (text: string) => {
    if (stream.destroyed || stream.writableEnded) return;
    if (stream.writableLength > maxBufferedBytes) stream.destroy();
    else stream.write(text);
  };
  const send = (event: ProjectEvent, id: string) =>
    write(`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

  // While the state is being read, events wait: a state that is older than an event must not follow it.
  let waiting: [ProjectEvent, string][] | null = null;
  const tellState = async () => {
    if (waiting) return;
    waiting = [];
    try {
      for (const event of await currentState()) send(event, hub.lastId());
    } finally {
      const events = waiting;
      waiting = null;
      for (const [event, id] of events) send(event, id);
    }
  };
  const end = (error: unknown) => {
    onError(error);
    stream.end();
  };
  const unwatch = hub.watch(projectId, {
    onEvent: (event, id) => (waiting ? waiting.push([event, id]) : send(event, id)),
    onGap: () => void tellState().catch(end),
  });

  let numBeats = 0;
  const heartbeat = setInterval(() => {
    write(': still here\n\n');
    if (++numBeats % heartbeatsPerCheck !== 0) return;
    mayWatch().then((may) => {
      if (!may) stream.end();
    }, onError);
  }, heartbeatMs);
  stream.once('close', () => {
    clearInterval(heartbeat);
    unwatch();
  });

  write('retry: 1000\n: connected\n\n');
  tellState().catch(end);
  return stream;
}

import type { ProjectEvent } from '@tangent/contracts';
import { createParser } from 'eventsource-parser';
import { ApiError, UnreachableError } from './api-error.js';
import { delayBefore, pause } from './retry.js';
import { pathFor, routes } from './routes.js';
import { send } from './send.js';
import type { ClientOptions, StreamOptions } from './types.js';

const reconnectPolicy = { limit: Number.POSITIVE_INFINITY, baseDelayMs: 250, maxDelayMs: 10_000 };
const defaultIdleTimeoutMs = 45_000;

/** The events of one connection; ends when the server closes it, throws when the line breaks or falls silent. */
async function* oneConnection(
  body: ReadableStream<Uint8Array>,
  idleTimeoutMs: number,
): AsyncGenerator<ProjectEvent> {
  const waiting: ProjectEvent[] = [];
  const parser = createParser({
    onEvent: (message) => waiting.push(JSON.parse(message.data) as ProjectEvent),
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new UnreachableError(`The event stream was silent for ${idleTimeoutMs} ms`)),
          idleTimeoutMs,
        );
      });
      const read = await Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
      if (read.done) return;
      parser.feed(decoder.decode(read.value, { stream: true }));
      yield* waiting.splice(0);
    }
  } finally {
    // The line may be broken already; then there is nothing left to cancel.
    await reader.cancel().catch(() => undefined);
  }
}

/** A refusal that another try will not change: no session, no right, no such project. */
const isFinal = (error: unknown): boolean =>
  error instanceof ApiError && error.status < 500 && error.status !== 429 && error.status !== 408;

/** Server-sent events of a project, over as many connections as it takes. */
export async function* streamEvents(
  client: ClientOptions,
  projectId: string,
  options: StreamOptions = {},
): AsyncGenerator<ProjectEvent> {
  const { signal } = options;
  const [method, path] = routes.streamEvents;
  const isAborted = (): boolean => signal?.aborted === true;
  for (let attempt = 0; !isAborted(); attempt += 1) {
    let lost: unknown = new UnreachableError('The server closed the event stream');
    try {
      const response = await send(
        client,
        { method, path: pathFor(path, { projectId }), accept: 'text/event-stream' },
        { retries: { limit: 0 }, ...(signal === undefined ? {} : { signal }) },
      );
      if (response.body === null) throw new UnreachableError('The event stream has no body');
      attempt = 0;
      options.onOpen?.();
      yield* oneConnection(response.body, options.idleTimeoutMs ?? defaultIdleTimeoutMs);
    } catch (error) {
      if (isAborted()) return;
      if (isFinal(error)) throw error;
      lost = error;
    }
    if (isAborted()) return;
    const delayMs = delayBefore(attempt, lost, reconnectPolicy) ?? reconnectPolicy.maxDelayMs;
    options.onLost?.(lost, delayMs);
    await pause(delayMs, signal).catch((reason) => {
      if (!isAborted()) throw reason;
    });
  }
}

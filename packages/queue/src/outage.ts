import { TangentError } from '@tangent/contracts';

/** Codes of sockets and of Postgres that mean: the server is away, not that the call is wrong. */
const codes = /^(ECONN|EPIPE$|ENOTFOUND$|EAI_AGAIN$|EHOSTUNREACH$|ETIMEDOUT$|08|57P0|53300$)/;

/** The same, of what ioredis, BullMQ and pg throw without a code. */
const messages =
  /isn't writeable|Connection is closed|Connection terminated|ended unexpectedly|ECONNREFUSED|max retries per request|timed out|timeout exceeded|timeout expired|Query read timeout|not queryable/i;

/** Leaves an error as it is, unless it means that the queue's server cannot be reached. */
export function asTangentError(error: unknown, kind: 'redis' | 'postgres'): unknown {
  if (error instanceof TangentError) return error;
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  if (!(code !== undefined && codes.test(code)) && !messages.test(message)) return error;
  const server = kind === 'redis' ? 'Redis' : 'Postgres';
  return new TangentError(
    'queue-unavailable',
    `The queue cannot be reached: ${server} does not answer (${code ?? message}). Nothing is lost; it goes on when ${server} is back.`,
    { cause: error },
  );
}

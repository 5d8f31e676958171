import type { FastifyReply } from 'fastify';

/** Aborted when the caller goes away before the answer is sent, or has gone already. */
export function whenGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  const look = () => {
    if (!raw.writableFinished) gone.abort(new Error('the caller has gone'));
  };
  if (raw.destroyed) look();
  else raw.once('close', look);
  return gone.signal;
}

import rateLimit from '@fastify/rate-limit';
import { TangentError } from '@tangent/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { credentialOf } from '../auth/caller.js';
import { WindowCounts } from './window-counts.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Counts a login; throws too-many-requests. */
    countLogin(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  }
}

/**
 * A generous limit for each session, token or address, before anything is looked up; a strict one for logins, by
 * address, against guessing in parallel (failures one after the other are counted in the database).
 */
export async function registerRateLimit(
  app: FastifyInstance,
  { requestsPerMinute, loginsPerMinute }: { requestsPerMinute: number; loginsPerMinute: number },
): Promise<void> {
  await app.register(rateLimit, { global: false, store: WindowCounts });
  const requests = app.createRateLimit({
    max: requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => credentialOf(request)?.secret ?? request.ip,
  });
  const logins = app.createRateLimit({
    max: loginsPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => request.ip,
  });
  const count = async (
    limit: typeof requests,
    what: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => {
    const state = await limit(request);
    if (state.isAllowed || !state.isExceeded) return;
    reply.header('retry-after', String(state.ttlInSeconds));
    throw new TangentError(
      'too-many-requests',
      `More than ${state.max} ${what} in a minute; go on in ${state.ttlInSeconds} s.`,
    );
  };
  app.addHook('onRequest', (request, reply) => count(requests, 'requests', request, reply));
  app.decorate('countLogin', (request: FastifyRequest, reply: FastifyReply) =>
    count(logins, 'logins', request, reply),
  );
}

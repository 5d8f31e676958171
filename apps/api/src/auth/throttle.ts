import { TangentError } from '@tangent/contracts';
import { countRecentFailures, type Database } from '@tangent/database';
import type { FastifyReply, FastifyRequest } from 'fastify';

const throttle = { windowMs: 15 * 60_000, byEmail: 10, byIp: 100 } as const;

/** Against guessing passwords one after the other. Throws too-many-requests. */
export async function refuseGuessing(
  db: Database,
  email: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const failures = await countRecentFailures(db, {
    email,
    ip: request.ip,
    since: new Date(db.now().getTime() - throttle.windowMs),
  });
  if (failures.byEmail < throttle.byEmail && failures.byIp < throttle.byIp) return;
  reply.header('retry-after', String(throttle.windowMs / 1000));
  throw new TangentError(
    'too-many-requests',
    'Too many wrong passwords for this e-mail or from this address. Wait 15 minutes.',
  );
}

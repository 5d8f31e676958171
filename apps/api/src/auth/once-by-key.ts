import type { User } from '@tangent/contracts';
import { type Database, inTransaction, type Queryable } from '@tangent/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { claimKey } from '../http/idempotency.js';
import { secretFrom } from './passwords.js';

/** What a login gives: the token goes into the cookie. */
export interface LoginAnswer {
  readonly user: User;
  readonly csrfToken: string;
  readonly token: string;
}

interface Login {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly body: { readonly email: string; readonly password: string };
  /** Whose password it is. */
  readonly user: User;
}

/**
 * A login under an Idempotency-Key, once its password was found to be right: repeated, it is the first session again. The
 * password is no part of what is stored, and what is stored is sealed under a secret that takes the password to make. Throws
 * what `claimKey` throws.
 */
export async function onceByKey(
  db: Database,
  { request, reply, body: { email, password }, user }: Login,
  login: (db: Queryable) => Promise<LoginAnswer>,
): Promise<LoginAnswer> {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return login(db);
  const credential = await secretFrom(password, `tangent login ${user.id} ${key}`);
  const caller = { user, credential };
  const claim = await claimKey(db, { request, caller, content: { email }, isSecret: true });
  if (claim.kind === 'none') return login(db);
  if (claim.kind === 'replay') {
    reply.header('idempotent-replayed', 'true');
    return claim.body as LoginAnswer;
  }
  try {
    return await inTransaction(db, async (tx) => {
      const answer = await login(tx);
      await claim.kept.keep(tx, { status: 201, headers: {}, body: answer });
      return answer;
    });
  } catch (error) {
    await claim.kept
      .abandon()
      .catch((err) => request.log.warn({ err }, 'an Idempotency-Key was not given back'));
    throw error;
  }
}

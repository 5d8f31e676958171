import { type Scope, TangentError, type User } from '@tangent/contracts';
import type { Queryable, Viewer } from '@tangent/database';
import { findApiToken, findSession } from '@tangent/database';
import type { FastifyRequest } from 'fastify';

export const sessionCookie = 'tangent_session';

/** Who calls, and by what right. */
export interface Caller {
  readonly user: User;
  readonly via: 'session' | 'token';
  readonly sessionId: string | null;
  readonly csrfToken: string | null;
  readonly scopes: readonly Scope[];
}

export const viewerOf = ({ user }: Caller): Viewer => ({ userId: user.id, isAdmin: user.isAdmin });

/** The caller by Bearer token, else by session cookie; null: nobody. A token that is sent must be good. */
export async function identify(db: Queryable, request: FastifyRequest): Promise<Caller | null> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, secret] = /^Bearer (tgt_[A-Za-z0-9_-]{43})$/.exec(authorization) ?? [];
    const found = secret === undefined ? null : await findApiToken(db, secret);
    if (!found)
      throw new TangentError(
        'unauthenticated',
        'The API token is unknown, expired or revoked. Send “Authorization: Bearer tgt_…” with a token from POST /v1/tokens.',
      );
    return { user: found.user, via: 'token', sessionId: null, csrfToken: null, scopes: found.scopes };
  }
  const secret = request.cookies[sessionCookie];
  const session = secret === undefined ? null : await findSession(db, secret);
  return (
    session && {
      user: session.user,
      via: 'session',
      sessionId: session.id,
      csrfToken: session.csrfToken,
      scopes: ['*'],
    }
  );
}

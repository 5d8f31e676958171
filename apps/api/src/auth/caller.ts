import { type Scope, TangentError, type User } from '@tangent/contracts';
import { type Database, findApiToken, findSession, type Viewer } from '@tangent/database';
import type { FastifyRequest } from 'fastify';

export const sessionCookie = 'tangent_session';

/** A session ends when it was not used for so long. */
export const sessionMs = 30 * 24 * 3_600_000;

/** Who calls, and by what right. */
export interface Caller {
  readonly user: User;
  readonly via: 'session' | 'token';
  readonly sessionId: string | null;
  readonly csrfToken: string | null;
  readonly scopes: readonly Scope[];
  /** The secret of the session or the token. */
  readonly credential: string;
}

export const viewerOf = ({ user }: Caller): Viewer => ({ userId: user.id, isAdmin: user.isAdmin });

/** The secret that a request carries, where it has the form of one; nothing is looked up. */
export function credentialOf(request: FastifyRequest): { via: 'session' | 'token'; secret: string } | null {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const secret = tokenIn(authorization, request.url.startsWith('/ml/'));
    return secret === null ? null : { via: 'token', secret };
  }
  const secret = request.cookies[sessionCookie];
  return secret !== undefined && /^[A-Za-z0-9_-]{43}$/.test(secret) ? { via: 'session', secret } : null;
}

const tokenPattern = 'tgt_[A-Za-z0-9_-]{43}';
const bearer = new RegExp(`^Bearer (${tokenPattern})$`, 'i');
const labelStudioToken = new RegExp(`^(?:Bearer|Token) (${tokenPattern})$`, 'i');

/**
 * The API token of an Authorization header. Label Studio knows `Token` and HTTP basic, whose password is the token,
 * whatever the user. Elsewhere basic stays unknown: a browser that has it once sends it along by itself.
 */
function tokenIn(authorization: string, isLabelStudio: boolean): string | null {
  const [, token] = (isLabelStudio ? labelStudioToken : bearer).exec(authorization) ?? [];
  if (token !== undefined || !isLabelStudio) return token ?? null;
  const [, encoded] = /^Basic ([A-Za-z0-9+/]{1,1000}={0,2})$/i.exec(authorization) ?? [];
  if (encoded === undefined) return null;
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return password !== undefined && new RegExp(`^${tokenPattern}$`).test(password) ? password : null;
}

/** The caller by API token, else by session cookie; null: nobody. A token that is sent must be good. */
export async function identify(db: Database, request: FastifyRequest): Promise<Caller | null> {
  const found = credentialOf(request);
  if (found?.via === 'session') {
    const session = await findSession(db, found.secret, db.now(), sessionMs);
    if (!session) return null;
    const { user, id, csrfToken } = session;
    return { user, via: 'session', sessionId: id, csrfToken, scopes: ['*'], credential: found.secret };
  }
  if (request.headers.authorization === undefined) return null;
  const token = found && (await findApiToken(db, found.secret));
  if (!token)
    throw new TangentError(
      'unauthenticated',
      'The API token is unknown, expired or revoked. Send “Authorization: Bearer tgt_…” with a token from POST /v1/tokens.',
    );
  const { user, scopes } = token;
  return { user, via: 'token', sessionId: null, csrfToken: null, scopes, credential: found!.secret };
}

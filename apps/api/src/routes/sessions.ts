import { randomBytes } from 'node:crypto';
import {
  changePassword,
  createSession,
  deleteSession,
  getMe,
  listSessions,
  revokeSession,
  TangentError,
} from '@tangent/contracts';
import * as database from '@tangent/database';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { sessionCookie, sessionMs } from '../auth/caller.js';
import { onceByKey } from '../auth/once-by-key.js';
import { ownerAsked, ownerOf } from '../auth/ownership.js';
import { hashPassword, isPassword } from '../auth/passwords.js';
import { refuseGuessing } from '../auth/throttle.js';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';

const secret = () => randomBytes(32).toString('base64url');

export function sessionRoutes(app: FastifyInstance, deps: Deps): void {
  const { db, settings } = deps;
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure: settings.hasSecureCookies } as const;

  const setCookie = (reply: FastifyReply, token: string) =>
    reply.setCookie(sessionCookie, token, { ...cookie, maxAge: sessionMs / 1000 });

  route(app, deps, createSession, async ({ body, request, reply }) => {
    const { email, password } = body;
    await app.countLogin(request, reply);
    await refuseGuessing(db, email, request, reply);
    const found = await database.findLogin(db, email);
    const isRight =
      (await isPassword(password, found?.passwordHash)) && found !== null && !found.user.isDisabled;
    await database.recordLoginAttempt(db, { email, ip: request.ip, success: isRight });
    if (!isRight)
      throw new TangentError('wrong-credentials', 'E-mail or password is wrong, or the user is disabled.');
    const { token, ...answer } = await onceByKey(
      db,
      { request, reply, body, user: found.user },
      async (tx) => {
        const made = { token: secret(), csrfToken: secret() };
        const expiresAt = new Date(db.now().getTime() + sessionMs);
        const userAgent = request.headers['user-agent'];
        const { user } = await database.createSession(tx, {
          userId: found.user.id,
          ...made,
          expiresAt,
          userAgent,
        });
        return { user, ...made };
      },
    );
    setCookie(reply, token);
    return answer;
  });

  route(app, deps, deleteSession, async ({ caller, reply }) => {
    if (caller.sessionId) await database.endSession(db, caller.sessionId);
    reply.clearCookie(sessionCookie, cookie);
    return undefined;
  });

  route(app, deps, listSessions, async ({ caller, query: { userId, ...request } }) => {
    const { items, nextCursor } = await database.listSessions(db, {
      userId: ownerAsked(caller, userId),
      ...request,
    });
    return {
      items: items.map((session) => ({ ...session, isCurrent: session.id === caller.sessionId })),
      nextCursor,
    };
  });
  route(app, deps, revokeSession, async ({ caller, params, actor }) =>
    database.revokeSession(db, { sessionId: params.sessionId, ownerId: ownerOf(caller), actor }),
  );

  route(app, deps, getMe, async ({ caller, reply }) => {
    // The session was prolonged by this request; so is the cookie that carries it.
    if (caller.via === 'session') setCookie(reply, caller.credential);
    return { user: caller.user, csrfToken: caller.csrfToken };
  });

  route(app, deps, changePassword, async ({ body, caller, actor, request, reply }) => {
    const { email } = caller.user;
    await app.countLogin(request, reply);
    await refuseGuessing(db, email, request, reply);
    const found = await database.findLogin(db, email);
    const isRight = await isPassword(body.currentPassword, found?.passwordHash);
    await database.recordLoginAttempt(db, { email, ip: request.ip, success: isRight });
    if (!isRight)
      throw new TangentError('validation-failed', 'The current password is not this one.', {
        errors: [{ pointer: '/currentPassword', detail: 'is wrong' }],
      });
    return database.changePassword(db, {
      userId: caller.user.id,
      passwordHash: await hashPassword(body.newPassword),
      keepSessionId: caller.sessionId,
      actor,
    });
  });
}

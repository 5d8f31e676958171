import { randomBytes } from 'node:crypto';
import {
  createToken,
  createUser,
  deleteToken,
  listTokens,
  listUsers,
  TangentError,
  updateUser,
} from '@tangent/contracts';
import * as database from '@tangent/database';
import type { FastifyInstance } from 'fastify';
import { ownerAsked, ownerOf } from '../auth/ownership.js';
import { hashPassword } from '../auth/passwords.js';
import type { Deps } from '../deps.js';
import { route } from '../http/route.js';

export function accountRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  route(app, deps, createToken, async ({ body, caller, actor }) => {
    const { name, scopes, expiresAt } = body;
    if (expiresAt !== undefined && Date.parse(expiresAt) <= db.now().getTime())
      throw new TangentError('validation-failed', `The token would have expired already, at ${expiresAt}.`, {
        errors: [{ pointer: '/expiresAt', detail: 'must be in the future' }],
      });
    const token = `tgt_${randomBytes(32).toString('base64url')}`;
    const made = await database.createApiToken(db, {
      userId: caller.user.id,
      name,
      token,
      scopes,
      expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
      actor,
    });
    return { id: made.id, token, scopes: made.scopes, expiresAt: made.expiresAt };
  });
  route(app, deps, listTokens, async ({ caller, query: { userId, ...request } }) =>
    database.listApiTokens(db, ownerAsked(caller, userId), request),
  );
  route(app, deps, deleteToken, async ({ caller, params, actor }) =>
    database.revokeApiToken(db, { ownerId: ownerOf(caller), tokenId: params.tokenId, actor }),
  );

  route(app, deps, createUser, async ({ body, actor }) => {
    const { password, ...user } = body;
    return database.createUser(db, { ...user, passwordHash: await hashPassword(password), actor });
  });
  route(app, deps, listUsers, async ({ query }) => database.listUsers(db, query));
  route(app, deps, updateUser, async ({ params, body, actor }) => {
    const { password, ...change } = body;
    return database.updateUser(db, {
      userId: params.userId,
      ...change,
      passwordHash: password === undefined ? undefined : await hashPassword(password),
      actor,
    });
  });
}

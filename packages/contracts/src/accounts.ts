import { z } from 'zod';
import { endpoint, scopes } from './endpoint.js';
import { idSchema, projectId, userId } from './ids.js';
import { page, pageQuery, timestamp } from './primitives.js';

export const roles = ['annotator', 'reviewer', 'engineer', 'admin'] as const;
export type Role = (typeof roles)[number];
export const role = z.enum(roles);

export const user = z.object({
  id: userId,
  email: z.string(),
  name: z.string(),
  isAdmin: z.boolean(),
  isDisabled: z.boolean(),
  createdAt: timestamp,
});
export type User = z.infer<typeof user>;

const email = z
  .email()
  .max(254)
  .transform((v) => v.toLowerCase());
const password = z.string().min(10, 'must have at least 10 characters').max(200);

export const createSession = endpoint({
  name: 'createSession',
  method: 'POST',
  path: '/v1/sessions',
  tag: 'Sessions',
  access: 'public',
  scope: '*',
  status: 201,
  summary:
    'Log in: sets an httpOnly session cookie; send csrfToken as x-csrf-token on writes. With an Idempotency-Key, a repetition gets the same session',
  body: z.object({
    email: z
      .string()
      .max(254)
      .transform((v) => v.trim().toLowerCase()),
    password: z.string().max(200),
  }),
  response: z.object({ user, csrfToken: z.string() }),
});
export const deleteSession = endpoint({
  name: 'deleteSession',
  method: 'DELETE',
  path: '/v1/sessions/current',
  tag: 'Sessions',
  access: 'user',
  scope: '*',
  status: 204,
  summary: 'Log out',
});

const session = z.object({
  id: idSchema('session'),
  userId,
  isCurrent: z.boolean().describe('The one that asks'),
  userAgent: z.string().nullable(),
  createdAt: timestamp,
  lastSeenAt: timestamp,
  expiresAt: timestamp,
});
/** Lists of what belongs to a person: an admin may ask for that of another. */
const ofUser = pageQuery.extend({ userId: userId.optional().describe('Of another user: admins only') });
export const listSessions = endpoint({
  name: 'listSessions',
  method: 'GET',
  path: '/v1/sessions',
  tag: 'Sessions',
  access: 'user',
  scope: '*',
  status: 200,
  summary: 'Your browser sessions that still hold, newest first',
  query: ofUser,
  response: page(session),
});
export const revokeSession = endpoint({
  name: 'revokeSession',
  method: 'DELETE',
  path: '/v1/sessions/:sessionId',
  tag: 'Sessions',
  access: 'owner',
  scope: '*',
  status: 204,
  summary: 'End a session, at once',
  params: z.object({ sessionId: idSchema('session') }),
});
export const getMe = endpoint({
  name: 'getMe',
  method: 'GET',
  path: '/v1/me',
  tag: 'Sessions',
  access: 'user',
  scope: '*',
  status: 200,
  summary: 'Who is logged in, with a fresh CSRF token for a browser session',
  response: z.object({ user, csrfToken: z.string().nullable() }),
});
export const changePassword = endpoint({
  name: 'changePassword',
  method: 'PUT',
  path: '/v1/me/password',
  tag: 'Sessions',
  access: 'user',
  scope: '*',
  status: 204,
  summary: 'Change your own password; your other sessions end',
  body: z.object({ currentPassword: z.string().max(200), newPassword: password }),
});

export const token = z.object({
  id: idSchema('token'),
  name: z.string(),
  prefix: z.string().describe('The first characters, to recognise it by'),
  scopes: z.array(z.enum(scopes)),
  createdAt: timestamp,
  expiresAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable(),
});
export const createToken = endpoint({
  name: 'createToken',
  method: 'POST',
  path: '/v1/tokens',
  tag: 'Tokens',
  access: 'user',
  scope: '*',
  status: 201,
  summary: 'Create an API token; it is shown this once',
  body: z.object({
    name: z.string().trim().min(1).max(100),
    scopes: z.array(z.enum(scopes)).min(1),
    expiresAt: timestamp.optional(),
  }),
  response: z.object({
    id: idSchema('token'),
    token: z.string(),
    scopes: z.array(z.enum(scopes)),
    expiresAt: timestamp.nullable(),
  }),
});
export const listTokens = endpoint({
  name: 'listTokens',
  method: 'GET',
  path: '/v1/tokens',
  tag: 'Tokens',
  access: 'user',
  scope: '*',
  status: 200,
  summary: 'Your API tokens, newest first',
  query: ofUser,
  response: page(token),
});
export const deleteToken = endpoint({
  name: 'deleteToken',
  method: 'DELETE',
  path: '/v1/tokens/:tokenId',
  tag: 'Tokens',
  access: 'owner',
  scope: '*',
  status: 204,
  summary: 'Revoke an API token',
  params: z.object({ tokenId: idSchema('token') }),
});

export const createUser = endpoint({
  name: 'createUser',
  method: 'POST',
  path: '/v1/users',
  tag: 'Users',
  access: 'admin',
  scope: 'admin',
  status: 201,
  summary: 'Create a user',
  body: z.object({
    email,
    name: z.string().trim().min(1).max(200),
    password,
    isAdmin: z.boolean().default(false),
  }),
  response: user,
});
export const listUsers = endpoint({
  name: 'listUsers',
  method: 'GET',
  path: '/v1/users',
  tag: 'Users',
  access: 'admin',
  scope: 'admin',
  status: 200,
  summary: 'All users',
  query: pageQuery,
  response: page(user),
});
export const updateUser = endpoint({
  name: 'updateUser',
  method: 'PATCH',
  path: '/v1/users/:userId',
  tag: 'Users',
  access: 'admin',
  scope: 'admin',
  status: 200,
  summary:
    'Rename, disable, promote or demote, or set a new password (all but a new name end the user’s sessions)',
  params: z.object({ userId }),
  body: z.object({
    name: z.string().trim().min(1).max(200).optional(),
    isAdmin: z.boolean().optional(),
    isDisabled: z.boolean().optional(),
    password: password.optional(),
  }),
  response: user,
});
export const putMember = endpoint({
  name: 'putMember',
  method: 'PUT',
  path: '/v1/projects/:projectId/members/:userId',
  tag: 'Users',
  access: { atLeast: 'admin' },
  scope: 'projects:write',
  status: 200,
  summary: 'Give a user a role in the project',
  params: z.object({ projectId, userId }),
  body: z.object({ role }),
  response: z.object({ projectId, userId, role }),
});
export const member = z.object({
  userId,
  email: z.string(),
  name: z.string(),
  isDisabled: z.boolean(),
  role,
  createdAt: timestamp.describe('When the user became a member'),
});
export type Member = z.infer<typeof member>;
export const listMembers = endpoint({
  name: 'listMembers',
  method: 'GET',
  path: '/v1/projects/:projectId/members',
  tag: 'Users',
  access: { atLeast: 'admin' },
  scope: 'projects:read',
  status: 200,
  summary:
    'The members of the project with their roles; admins of the installation have all rights without being one',
  params: z.object({ projectId }),
  query: pageQuery,
  response: page(member),
});
export const removeMember = endpoint({
  name: 'removeMember',
  method: 'DELETE',
  path: '/v1/projects/:projectId/members/:userId',
  tag: 'Users',
  access: { atLeast: 'admin' },
  scope: 'projects:write',
  status: 204,
  summary: 'Take a user’s role in the project away; what the user annotated stays',
  params: z.object({ projectId, userId }),
});

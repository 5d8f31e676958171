import { timingSafeEqual } from 'node:crypto';
import { type Endpoint, type Role, TangentError } from '@tangent/contracts';
import {
  type Access,
  type Database,
  getProjectSetup,
  roleForAnnotation,
  roleForDelivery,
  roleForItem,
  roleForLease,
  roleForOperation,
  roleForProject,
  roleForRound,
  roleForWebhook,
} from '@tangent/database';
import { atLeast } from '@tangent/labeling';
import type { FastifyRequest } from 'fastify';
import { type Caller, viewerOf } from './caller.js';

/** What a request may do: the caller, and in a project the project and the role. */
export interface Grant {
  readonly caller: Caller | null;
  readonly projectId: string | null;
  readonly role: Role | null;
}

const roleBy = {
  projectId: roleForProject,
  itemId: roleForItem,
  roundId: roleForRound,
  leaseId: roleForLease,
  annotationId: roleForAnnotation,
  operationId: roleForOperation,
  webhookId: roleForWebhook,
  deliveryId: roleForDelivery,
} as const;
const projectKeys = Object.keys(roleBy) as (keyof typeof roleBy)[];

/** What of a contract decides who may call. */
type Gate = Pick<Endpoint, 'name' | 'access' | 'scope'>;

/**
 * A rule that does not go with its path would let everybody in, silently: the server does not start with one. A
 * project's things need a role in the project, and a role needs something in the path that leads to a project.
 */
export function assertRule({ name, path, access }: Pick<Endpoint, 'name' | 'path' | 'access'>): void {
  const leading = projectKeys.find((key) => path.split('/').includes(`:${key}`));
  if (typeof access === 'object' && leading === undefined)
    throw new Error(
      `${name} asks for a role in a project, but nothing in ${path} leads to one; add it to roleBy`,
    );
  if (typeof access !== 'object' && leading !== undefined)
    throw new Error(`${name} names :${leading} and says access “${access}”; say { atLeast: … }`);
}

/** Whether the call proves who the caller is, and may be made by them at all. Throws unauthenticated, csrf-token-missing, forbidden. */
export function admit(endpoint: Gate, request: FastifyRequest, caller: Caller | null): void {
  if (endpoint.access === 'public') return;
  if (!caller)
    throw new TangentError('unauthenticated', 'Log in by POST /v1/sessions, or send an API token.');
  assertScope(endpoint, caller);
  const isWrite = request.method !== 'GET' && request.method !== 'HEAD';
  if (caller.via === 'session' && isWrite) assertCsrf(caller, request);
  if (endpoint.access === 'admin' && !caller.user.isAdmin)
    throw new TangentError('forbidden', 'Only an admin may do this.');
}

/**
 * The project that the path leads to, by whatever it names there, and the caller's role in it: one query. Whoever is
 * no member learns only that there is nothing to see. Throws not-found, forbidden.
 */
export async function authorise(
  db: Database,
  { access }: Endpoint,
  params: Readonly<Record<string, string>>,
  caller: Caller | null,
): Promise<Grant> {
  const key = projectKeys.find((name) => params[name] !== undefined);
  if (caller === null || key === undefined) return { caller, projectId: null, role: null };
  const found: Access = await roleBy[key](db, viewerOf(caller), params[key]!);
  if (found.kind === 'not-found')
    throw new TangentError(
      'not-found',
      `There is no ${key.replace(/Id$/, '')} ${params[key]} that you may see.`,
    );
  if (typeof access === 'object' && !atLeast(found.role, access.atLeast))
    throw new TangentError(
      'forbidden',
      `This needs the role ${access.atLeast} in the project; yours is ${found.role}. Ask an admin of the project.`,
    );
  return { caller, projectId: found.projectId, role: found.role };
}

/** In a blind project annotators do not learn what the model thinks. */
export async function isBlindFor(db: Database, { projectId, role }: Grant): Promise<boolean> {
  if (projectId === null || role !== 'annotator') return false;
  return (await getProjectSetup(db, projectId)).settings.blind;
}

/** Throws forbidden where `isBlindFor`. */
export async function refuseBlind(db: Database, grant: Grant): Promise<void> {
  if (await isBlindFor(db, grant))
    throw new TangentError(
      'forbidden',
      'The project is blind: annotators do not see what the model thinks of an item. A reviewer may.',
    );
}

function assertScope({ scope, name }: Gate, { scopes }: Caller): void {
  if (scopes.includes('*') || scopes.includes(scope)) return;
  throw new TangentError(
    'forbidden',
    `The token has the scopes ${scopes.join(', ')}; ${name} needs ${scope}. Create a token with it.`,
  );
}

/** A browser sends the cookie by itself; only our own page knows the CSRF token. */
function assertCsrf({ csrfToken }: Caller, request: FastifyRequest): void {
  const sent = Buffer.from(String(request.headers['x-csrf-token'] ?? ''));
  const wanted = Buffer.from(csrfToken ?? '');
  if (wanted.length === 0 || sent.length !== wanted.length || !timingSafeEqual(sent, wanted))
    throw new TangentError(
      'csrf-token-missing',
      'Send the csrfToken of POST /v1/sessions or GET /v1/me as the header x-csrf-token.',
    );
}

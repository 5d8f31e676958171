import { timingSafeEqual } from 'node:crypto';
import { type Endpoint, type Role, TangentError } from '@tangent/contracts';
import {
  type Access,
  type Queryable,
  roleForAnnotation,
  roleForItem,
  roleForLease,
  roleForOperation,
  roleForProject,
  roleForRound,
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
} as const;

/** Decides before the body is looked at. Throws unauthenticated, forbidden, csrf-token-missing, not-found. */
export async function authorise(
  db: Queryable,
  endpoint: Endpoint,
  request: FastifyRequest,
  caller: Caller | null,
): Promise<Grant> {
  if (endpoint.access === 'public') return { caller, projectId: null, role: null };
  if (!caller)
    throw new TangentError('unauthenticated', 'Log in by POST /v1/sessions, or send an API token.');
  assertScope(endpoint, caller);
  if (caller.via === 'session' && request.method !== 'GET') assertCsrf(caller, request);
  if (endpoint.access === 'admin' && !caller.user.isAdmin)
    throw new TangentError('forbidden', 'Only an admin may do this.');
  const params = request.params as Record<string, string>;
  const key = (Object.keys(roleBy) as (keyof typeof roleBy)[]).find((name) => params[name] !== undefined);
  if (key === undefined) return { caller, projectId: null, role: null };
  const access: Access = await roleBy[key](db, viewerOf(caller), params[key]!);
  if (access.kind === 'not-found')
    throw new TangentError(
      'not-found',
      `There is no ${key.replace(/Id$/, '')} ${params[key]!.slice(0, 60)} that you may see.`,
    );
  if (typeof endpoint.access === 'object' && !atLeast(access.role, endpoint.access.atLeast))
    throw new TangentError(
      'forbidden',
      `This needs the role ${endpoint.access.atLeast} in the project; yours is ${access.role}. Ask an admin of the project.`,
    );
  return { caller, projectId: access.projectId, role: access.role };
}

function assertScope({ scope, name }: Endpoint, { scopes }: Caller): void {
  if (scopes.includes('*') || scopes.includes(scope)) return;
  throw new TangentError(
    'forbidden',
    `The token has the scopes ${scopes.join(', ')}; ${name} needs ${scope === '*' ? 'the scope *' : scope}. Create a token with it.`,
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

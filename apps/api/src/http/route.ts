import {
  type BodyOf,
  type Endpoint,
  endpoints,
  type ParamsOf,
  type QueryOf,
  type ResponseOf,
} from '@tangent/contracts';
import type { Actor, Sql, Viewer } from '@tangent/database';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { admit, assertRule, authorise, type Grant } from '../auth/authorise.js';
import { type Caller, identify, viewerOf } from '../auth/caller.js';
import type { Deps } from '../deps.js';
import { type Claim, claimKey } from './idempotency.js';
import { schemaOf } from './route-schema.js';
import { receiveUpload, type Upload } from './upload.js';
import { parsePart } from './validation.js';

declare module 'fastify' {
  interface FastifyRequest {
    grant: Grant | null;
  }
}

/** What a handler works with: everything is parsed, and the caller may do this. */
export interface Call<E extends Endpoint> {
  readonly params: ParamsOf<E>;
  readonly query: QueryOf<E>;
  readonly body: BodyOf<E>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Throws when nobody is logged in: never for an endpoint that is not public. */
  readonly caller: Caller;
  readonly viewer: Viewer;
  readonly actor: Actor;
  readonly grant: Grant;
  /** The file of a multipart endpoint. Throws when there is none, which `hasUpload` tells. */
  readonly upload: Upload;
  /** Whether an endpoint that takes a file or JSON was sent a file; `body` is there otherwise. */
  readonly hasUpload: boolean;
  /** Keeps the response under the Idempotency-Key, if there is one, in the transaction of the write. */
  keep(tx: Sql, body: ResponseOf<E>): Promise<void>;
}

/** What an endpoint answers instead of its response, by its contract's `alternative`. */
export class Alternative {
  readonly body: unknown;
  constructor(body: unknown) {
    this.body = body;
  }
}

/** The reply itself where it is sent already: what has not changed. */
type Answer<E extends Endpoint> = E['response'] extends undefined
  ? unknown
  : ResponseOf<E> | FastifyReply | Alternative;

/** Endpoints whose answer holds a secret. */
const secretAnswers: ReadonlySet<Endpoint> = new Set<Endpoint>([
  endpoints.createToken,
  endpoints.createWebhook,
  endpoints.rotateWebhook,
]);
/** Endpoints that may be done twice without harm: their answers are kept without waiting for the disk. */
const harmlessTwice: ReadonlySet<Endpoint> = new Set<Endpoint>([
  endpoints.createLeases,
  endpoints.heartbeatLease,
]);
/** Headers that are given again with a kept answer. */
const keptHeaders = ['location', 'etag'] as const;

/** Binds a contract to its handler: route, OpenAPI, access, idempotency and serialisation all come from the contract. */
export function route<E extends Endpoint>(
  app: FastifyInstance,
  deps: Deps,
  endpoint: E,
  handler: (call: Call<E>) => Promise<Answer<E>>,
): void {
  const { db } = deps;
  assertRule(endpoint);
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    schema: schemaOf(endpoint),
    ...(endpoint.maxBodyBytes !== undefined && { bodyLimit: endpoint.maxBodyBytes }),
    // A stream has no length to tell, and opening one to throw it away is work.
    exposeHeadRoute: endpoint.streams === undefined || endpoint.name === 'getItemMedia',
    /** Rights before anything else: whoever may not call does not get to send a body. */
    async onRequest(request) {
      const caller = endpoint.access === 'public' ? null : await identify(db, request);
      admit(endpoint, request, caller);
      if (endpoint.params) request.params = parsePart(endpoint.params, request.params, 'path');
      const params = request.params as Record<string, string>;
      // Before the rights are looked at: what is refused is logged with what it was about as well.
      logWith(request, Object.fromEntries(Object.entries(params).filter(([name]) => name.endsWith('Id'))));
      request.grant = await authorise(db, endpoint, params, caller);
      const { projectId } = request.grant;
      if (projectId !== null && params.projectId === undefined) logWith(request, { projectId });
    },
    async handler(request, reply) {
      const upload = takesUpload(endpoint, request)
        ? await receiveUpload(request, deps.settings.uploadsFolder)
        : null;
      try {
        return await answer(deps, endpoint, handler, { request, reply, upload, grant: request.grant! });
      } finally {
        await upload?.remove();
      }
    },
  });
}

/** From here on every line of the request's log names these. */
function logWith(request: FastifyRequest, ids: Readonly<Record<string, string>>): void {
  if (Object.keys(ids).length > 0) request.log = request.log.child(ids);
}

/** A multipart endpoint with a body takes JSON as well, parsed here: its schema stands beside that of the form. */
function takesUpload(endpoint: Endpoint, request: FastifyRequest): boolean {
  if (!endpoint.multipart) return false;
  if (!endpoint.body || request.isMultipart() || request.body === undefined) return true;
  request.body = parsePart(endpoint.body, request.body, 'body');
  return false;
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly upload: Upload | null;
  readonly grant: Grant;
}

async function answer<E extends Endpoint>(
  { db }: Deps,
  endpoint: E,
  handler: (call: Call<E>) => Promise<Answer<E>>,
  exchange: Exchange,
): Promise<FastifyReply> {
  const { request, reply, upload, grant } = exchange;
  const { caller } = grant;
  let claim: Claim = { kind: 'none' };
  if (endpoint.method === 'POST' && caller) {
    const content = upload ? [upload.fileName, upload.sha256] : request.body;
    claim = await claimKey(db, { request, caller, content, isSecret: secretAnswers.has(endpoint) });
  }
  if (claim.kind === 'replay')
    return reply
      .code(claim.status)
      .headers({ ...claim.headers, 'idempotent-replayed': 'true' })
      .send(claim.body);
  const kept = claim.kind === 'fresh' ? claim.kept : null;
  const responseOf = (body: unknown) => ({ status: reply.statusCode, headers: headersOf(reply), body });
  const keep: Call<E>['keep'] = async (tx, body) => kept?.keep(tx, responseOf(body));
  reply.code(endpoint.status);
  let result: unknown;
  try {
    result = await handler(callOf(endpoint, exchange, keep));
    if (result instanceof Alternative) {
      reply.code(endpoint.alternative!.status);
      result = result.body;
    }
  } catch (error) {
    await kept?.abandon().catch((err) => request.log.warn({ err }, 'an Idempotency-Key was not given back'));
    throw error;
  }
  // What was asked is done: that it cannot be repeated safely is no reason to call it failed.
  if (kept && !kept.isKept()) {
    const keeping = harmlessTwice.has(endpoint)
      ? kept.keepUnhurried(responseOf(result))
      : kept.keep(db, responseOf(result));
    await keeping.catch((err) => request.log.warn({ err }, 'an answer was not kept'));
  }
  if (reply.sent || endpoint.streams) return reply;
  return endpoint.status === 204 ? reply.send() : reply.send(result);
}

function headersOf(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
}

function callOf<E extends Endpoint>(
  endpoint: E,
  { request, reply, upload, grant }: Exchange,
  keep: Call<E>['keep'],
): Call<E> {
  const caller = () => {
    if (!grant.caller) throw new Error(`${endpoint.name} is public and has no caller`);
    return grant.caller;
  };
  return {
    params: request.params as ParamsOf<E>,
    query: request.query as QueryOf<E>,
    body: request.body as BodyOf<E>,
    request,
    reply,
    grant,
    keep,
    hasUpload: upload !== null,
    get caller() {
      return caller();
    },
    get viewer() {
      return viewerOf(caller());
    },
    get actor() {
      return { userId: caller().user.id, ip: request.ip };
    },
    get upload() {
      if (!upload) throw new Error(`${endpoint.name} takes no file`);
      return upload;
    },
  };
}

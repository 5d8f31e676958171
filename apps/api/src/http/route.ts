import type { BodyOf, Endpoint, ParamsOf, QueryOf, ResponseOf } from '@tangent/contracts';
import type { Actor, Queryable, Viewer } from '@tangent/database';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authorise, type Grant } from '../auth/authorise.js';
import { type Caller, identify, viewerOf } from '../auth/caller.js';
import type { Deps } from '../deps.js';
import { claimKey, type Kept } from './idempotency.js';

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
  /** Keeps the response under the Idempotency-Key, if there is one, in the transaction of the write. */
  keep(tx: Queryable, body: ResponseOf<E>): Promise<void>;
}

type Answer<E extends Endpoint> = E['response'] extends undefined ? unknown : ResponseOf<E>;

/** Answers that hold a secret are not kept for repetition; uploads are streams and have no comparable body. */
const neverKept = new Set(['createSession', 'createToken', 'createImport']);

/** Binds a contract to its handler: route, OpenAPI, access, idempotency and serialisation all come from the contract. */
export function route<E extends Endpoint>(
  app: FastifyInstance,
  { db }: Deps,
  endpoint: E,
  handler: (call: Call<E>) => Promise<Answer<E>>,
): void {
  const { params, query, body, response } = endpoint;
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    schema: {
      operationId: endpoint.name,
      summary: endpoint.summary,
      tags: [endpoint.tag],
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(body && !endpoint.multipart && { body }),
      ...(response && { response: { [endpoint.status]: response } }),
      ...(endpoint.multipart && { consumes: ['multipart/form-data'] }),
      ...(endpoint.streams && { produces: [endpoint.streams] }),
      security: endpoint.access === 'public' ? [] : [{ token: [] }, { session: [] }],
    },
    async onRequest(request) {
      const caller = endpoint.name === 'createSession' ? null : await identify(db, request);
      request.grant = await authorise(db, endpoint, request, caller);
    },
    async handler(request, reply) {
      const grant = request.grant!;
      const mayRepeat = endpoint.method === 'POST' && grant.caller !== null && !neverKept.has(endpoint.name);
      const claim = mayRepeat ? await claimKey(db, request, grant.caller!) : ({ kind: 'none' } as const);
      if (claim.kind === 'replay')
        return reply
          .code(claim.status)
          .headers({ ...claim.headers, 'idempotent-replayed': 'true' })
          .send(claim.body);
      const kept = claim.kind === 'fresh' ? claim.kept : null;
      try {
        reply.code(endpoint.status);
        const result = await handler(callOf(endpoint, request, reply, grant, kept));
        if (kept && !kept.isKept())
          await kept.keep(db, { status: endpoint.status, headers: {}, body: result });
        if (reply.sent || endpoint.streams) return reply;
        return endpoint.status === 204 ? reply.send() : reply.send(result);
      } catch (error) {
        if (kept && !kept.isKept()) await kept.abandon();
        throw error;
      }
    },
  });
}

function callOf<E extends Endpoint>(
  endpoint: E,
  request: FastifyRequest,
  reply: FastifyReply,
  grant: Grant,
  kept: Kept | null,
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
    get caller() {
      return caller();
    },
    get viewer() {
      return viewerOf(caller());
    },
    get actor() {
      return { userId: caller().user.id, ip: request.ip };
    },
    async keep(tx, body) {
      await kept?.keep(tx, { status: endpoint.status, headers: {}, body });
    },
  };
}

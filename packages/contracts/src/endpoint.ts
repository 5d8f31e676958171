import type { z } from 'zod';

/**
 * Who may call: nobody in particular, anybody logged in, the one to whom the thing in the path belongs (or an admin),
 * an admin, or a member of the project that the path leads to with at least a role. The server refuses to start with a
 * rule that does not go with its path, and the authorisation matrix of the tests is made of these rules.
 */
export type Access =
  | 'public'
  | 'user'
  | 'owner'
  | 'admin'
  | { readonly atLeast: 'annotator' | 'reviewer' | 'engineer' | 'admin' };

/** What an API token must carry to call; `*` covers all. */
export const scopes = ['*', 'projects:read', 'projects:write', 'label', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** A call of the REST API, shared by the server (routes, OpenAPI) and the client (types, URLs). */
export interface Endpoint<
  Params extends z.ZodType | undefined = z.ZodType | undefined,
  Query extends z.ZodType | undefined = z.ZodType | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Response extends z.ZodType | undefined = z.ZodType | undefined,
> {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:name` for parameters, e.g. `/v1/items/:itemId`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Access;
  readonly scope: Scope;
  readonly status: 200 | 201 | 202 | 204;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Absent for 204 and for streams. */
  readonly response: Response;
  /** What is answered instead, under a status of its own, to callers that ask for it. */
  readonly alternative?: { readonly status: 200; readonly when: string; readonly response: z.ZodType };
  /** What a stream answers with, e.g. `text/event-stream`; several where the query says which. */
  readonly streams?: string | readonly string[];
  /** The body is multipart/form-data with one `file` (or JSON, by `body`). */
  readonly multipart?: boolean;
  /** The largest JSON body; default 1 MiB. */
  readonly maxBodyBytes?: number;
}

type Optional = z.ZodType | undefined;

export function endpoint<
  const P extends Optional = undefined,
  const Q extends Optional = undefined,
  const B extends Optional = undefined,
  const R extends Optional = undefined,
>(
  definition: Omit<Endpoint<P, Q, B, R>, 'params' | 'query' | 'body' | 'response'> & {
    readonly params?: P;
    readonly query?: Q;
    readonly body?: B;
    readonly response?: R;
  },
): Endpoint<P, Q, B, R> {
  return {
    ...definition,
    params: definition.params as P,
    query: definition.query as Q,
    body: definition.body as B,
    response: definition.response as R,
  };
}

/** Input and output types of an endpoint's parts. */
export type ParamsOf<E extends Endpoint> = E['params'] extends z.ZodType ? z.output<E['params']> : undefined;
export type QueryOf<E extends Endpoint> = E['query'] extends z.ZodType ? z.output<E['query']> : undefined;
export type QueryInputOf<E extends Endpoint> = E['query'] extends z.ZodType ? z.input<E['query']> : undefined;
export type BodyOf<E extends Endpoint> = E['body'] extends z.ZodType ? z.output<E['body']> : undefined;
export type BodyInputOf<E extends Endpoint> = E['body'] extends z.ZodType ? z.input<E['body']> : undefined;
export type ResponseOf<E extends Endpoint> = E['response'] extends z.ZodType
  ? z.output<E['response']>
  : undefined;

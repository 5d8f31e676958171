import type { FastifyReply, FastifyRequest } from 'fastify';

/** Of what a URL shows now. */
export interface Version {
  /** Strong ETag, with its quotes. */
  readonly tag: string;
  readonly cacheControl: string;
}

/** The client has this version already. */
export const isKnown = (request: FastifyRequest, { tag }: Version): boolean =>
  request.headers['if-none-match'] === tag;

/** Says which version the reply is, for the client to ask with. */
export const tagged = (reply: FastifyReply, { tag, cacheControl }: Version): FastifyReply =>
  reply.header('cache-control', cacheControl).header('etag', tag);

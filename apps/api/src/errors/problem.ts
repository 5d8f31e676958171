import { type ErrorCode, errorCatalogue, type Fault, type Problem, TangentError } from '@tangent/contracts';
import { asTangentError } from '@tangent/database';
import { BlobsUnavailableError } from '@tangent/storage';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyReply {
    /** Of the problem document that was answered. */
    problemCode: ErrorCode | null;
  }
}

/** What Fastify and its plugins refuse by themselves, by their codes; others by their status. */
const byFastifyCode: Readonly<Record<string, ErrorCode>> = {
  FST_REQ_FILE_TOO_LARGE: 'payload-too-large',
  FST_FILES_LIMIT: 'malformed-body',
  FST_FIELDS_LIMIT: 'malformed-body',
  FST_PARTS_LIMIT: 'malformed-body',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported-media-type',
  FST_ERR_BAD_URL: 'validation-failed',
};
/** What the system says of a full disk, of a quota, and of a limit on the size of files. */
const noRoom: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const byStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'malformed-body',
  413: 'payload-too-large',
  414: 'validation-failed',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
};

interface Explanation {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors?: readonly Fault[] | undefined;
}

/** The one place that turns what was thrown into `application/problem+json` (RFC 9457). */
export function registerProblems(app: FastifyInstance): void {
  app.decorateReply('problemCode', null);
  app.setErrorHandler((error: FastifyError, request, reply) => handleError(error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, {
      code: 'route-not-found',
      detail: `${request.method} ${pathOf(request)} is no call of this API; the reference is at /docs.`,
    }),
  );
}

/** Also for what Fastify refuses before there is a route. */
export function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const explanation = explain(error);
  const { code, detail } = explanation;
  if (code === 'internal') request.log.error({ err: error }, 'internal error');
  else if (errorCatalogue[code].status >= 500) request.log.warn({ err: error, code }, detail);
  else request.log.debug({ code }, detail);
  // What has begun as a file or a stream cannot end as a document.
  for (const name of ['content-length', 'content-disposition', 'etag', 'location']) reply.removeHeader(name);
  return sendProblem(request, reply, explanation);
}

function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  { code, detail, errors }: Explanation,
): FastifyReply {
  const { status, title } = errorCatalogue[code];
  reply.problemCode = code;
  const body: Problem = {
    type: `/docs/errors#${code}`,
    title,
    status,
    code,
    detail,
    instance: pathOf(request),
    requestId: request.id,
    ...(errors && { errors: [...errors] }),
  };
  return reply
    .code(status)
    .type('application/problem+json')
    .header('cache-control', 'no-store')
    .serializer(JSON.stringify)
    .send(body);
}

function explain(thrown: FastifyError): Explanation {
  const error = asTangentError(thrown);
  if (error instanceof TangentError) return { code: error.code, detail: error.message, errors: error.errors };
  if (error instanceof BlobsUnavailableError)
    return { code: error.code, detail: `The blob store is out of reach. Try again in a moment.` };
  const { code, statusCode, message } = thrown;
  if (noRoom.has(code))
    return {
      code: 'insufficient-storage',
      detail: `There is no room for what was sent (${code}). Nothing of it was kept: send it again when an admin has made room.`,
    };
  const known = byFastifyCode[code] ?? (statusCode === undefined ? undefined : byStatus[statusCode]);
  if (known) return { code: known, detail: `${message.replace(/\.$/, '')}.` };
  return {
    code: 'internal',
    detail:
      'The request could not be done because of a fault on our side. Try again; if it stays, give the requestId to an admin, who finds it in the log.',
  };
}

const pathOf = (request: FastifyRequest) => request.url.split('?', 1)[0]!;

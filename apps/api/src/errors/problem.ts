import { type ErrorCode, errorCatalogue, type Fault, type Problem, TangentError } from '@tangent/contracts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

/** What Fastify and its plugins refuse by themselves, by their codes. */
const byFastifyCode: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_REQ_FILE_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-body',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-body',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-body',
  FST_ERR_BAD_URL: 'validation-failed',
};

/** The one place that turns what was thrown into `application/problem+json` (RFC 9457). */
export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { code, detail, errors } = explain(error);
    if (errorCatalogue[code].status >= 500) request.log.error({ err: error }, detail);
    else request.log.debug({ code, detail }, 'refused');
    return sendProblem(request, reply, code, detail, errors);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      request,
      reply,
      'route-not-found',
      `${request.method} ${request.url.split('?')[0]} is not a call of this API; the reference is at /docs.`,
    ),
  );
}

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  code: ErrorCode,
  detail: string,
  errors?: readonly Fault[],
): FastifyReply {
  const { status, title } = errorCatalogue[code];
  const body: Problem = {
    type: `/docs/errors#${code}`,
    title,
    status,
    code,
    detail,
    instance: request.url,
    requestId: request.id,
    ...(errors && { errors: [...errors] }),
  };
  return reply.code(status).type('application/problem+json').serializer(JSON.stringify).send(body);
}

function explain(error: FastifyError): { code: ErrorCode; detail: string; errors?: readonly Fault[] } {
  if (error instanceof TangentError)
    return { code: error.code, detail: error.message, ...(error.errors && { errors: error.errors }) };
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validationContext ?? 'body';
    const errors = error.validation.map(({ instancePath, message }) => ({
      pointer: `${where === 'body' ? '' : `/${where}`}${instancePath || '/'}`,
      detail: message ?? 'is not valid',
    }));
    const [first] = errors;
    return {
      code: 'validation-failed',
      detail: `The ${where} does not fit: ${first?.pointer} ${first?.detail}.`,
      errors,
    };
  }
  const code = byFastifyCode[error.code];
  if (code) return { code, detail: error.message };
  if (error.statusCode === 429) return { code: 'too-many-requests', detail: error.message };
  if (error.statusCode === 400 && /JSON/.test(error.message))
    return { code: 'malformed-body', detail: error.message };
  return {
    code: 'internal',
    detail:
      'The request could not be done because of a fault on our side. Try again; if it stays, give the requestId to an admin, who finds it in the log.',
  };
}

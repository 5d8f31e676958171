import { z } from 'zod';

/**
 * Every error that the API can answer with: its stable code, its HTTP status and its title.
 * The one place that maps codes to HTTP.
 */
export const errorCatalogue = {
  'validation-failed': { status: 400, title: 'The request does not fit its schema' },
  'malformed-request': { status: 400, title: 'The request is no HTTP that can be read' },
  'headers-too-large': { status: 431, title: 'The address and the headers are too large' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time' },
  'malformed-body': { status: 400, title: 'The request body cannot be read' },
  unauthenticated: { status: 401, title: 'Log in, or send an API token' },
  'wrong-credentials': { status: 401, title: 'E-mail or password is wrong' },
  'csrf-token-missing': { status: 403, title: 'The CSRF token is missing or wrong' },
  forbidden: { status: 403, title: 'You may not do this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'route-not-found': { status: 404, title: 'There is no such route' },
  'email-taken': { status: 409, title: 'A user with this e-mail exists already' },
  'idempotency-key-in-use': {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
  },
  'idempotency-key-reused': { status: 422, title: 'This Idempotency-Key was used with another request' },
  'lease-expired': { status: 409, title: 'The lease has expired' },
  'lease-not-yours': { status: 409, title: 'The lease belongs to another annotator or item' },
  'already-annotated': { status: 409, title: 'The item has all the annotations it needs' },
  'annotation-superseded': { status: 409, title: 'The annotation was undone or replaced already' },
  'item-is-holdout': { status: 409, title: 'Held-out items are not labeled' },
  'unknown-class': { status: 422, title: 'The project has no such class' },
  'duplicate-class': { status: 422, title: 'Two classes share a key or a hotkey' },
  'round-active': { status: 409, title: 'A round of this project is running already' },
  'operation-ended': { status: 409, title: 'The operation has ended' },
  'round-not-active': { status: 409, title: 'The round has ended' },
  'round-not-retryable': { status: 409, title: 'Only a failed round can be retried' },
  'nothing-to-train-on': { status: 409, title: 'A round needs labeled items of at least two classes' },
  'nothing-to-score': { status: 409, title: 'No unlabeled item is left to score' },
  'no-ranking': { status: 409, title: 'The project has no finished round yet' },
  'no-model': { status: 409, title: 'The project has no model at the moment' },
  'no-live-model': { status: 503, title: 'No worker holds the live model of this project at the moment' },
  'settings-changed': { status: 412, title: 'The settings were changed by somebody else' },
  'unsupported-format': { status: 415, title: 'The format of the file is not supported' },
  'wrong-columns': { status: 422, title: 'The columns of the file do not fit the project' },
  'archive-unsafe': { status: 422, title: 'The archive is not safe to unpack' },
  'archive-corrupt': { status: 422, title: 'The archive cannot be read' },
  'unsupported-network': { status: 422, title: 'The network cannot be worked with' },
  'path-not-allowed': { status: 422, title: 'The path is outside the folder that imports may read' },
  'unsupported-label-config': { status: 422, title: 'The labeling configuration cannot be worked with' },
  'webhook-url-refused': { status: 422, title: 'Messages are not sent to this URL' },
  'webhook-disabled': { status: 409, title: 'The webhook is switched off' },
  'too-many-webhooks': { status: 409, title: 'The project has as many webhooks as it may' },
  'source-changed': { status: 409, title: 'What is imported from the server changed meanwhile' },
  'payload-too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'The media type is not supported' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'queue-unavailable': { status: 503, title: 'The queue cannot be reached' },
  'blobs-unavailable': { status: 503, title: 'The blob store cannot be reached' },
  'insufficient-storage': { status: 507, title: 'There is no room left on a disk of the service' },
  'takes-too-long': { status: 503, title: 'This takes longer than anybody may wait for' },
  'database-unavailable': { status: 503, title: 'The database cannot be reached' },
  'shutting-down': { status: 503, title: 'The server is shutting down' },
  internal: { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCatalogue;
export const errorCodes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]];

/** One fault in a request; `pointer` is a JSON pointer into the body, or names the parameter. */
export const fault = z.object({ pointer: z.string(), detail: z.string() });

/** RFC 9457 `application/problem+json`. */
export const problem = z.object({
  type: z.string().describe('A URI reference that names the kind of problem: `/docs/errors#<code>`'),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(errorCodes),
  detail: z.string().describe('What happened, with its names and numbers, and the way out'),
  instance: z.string().optional(),
  requestId: z.string().optional(),
  errors: z.array(fault).optional(),
});
export type Problem = z.infer<typeof problem>;
export type Fault = z.infer<typeof fault>;

/**
 * An expected refusal, thrown by a use case and mapped to a problem document at the edge.
 * `detail` names the thing and the way out.
 */
export class TangentError extends Error {
  override readonly name = 'TangentError';
  readonly code: ErrorCode;
  readonly errors: readonly Fault[] | undefined;
  constructor(code: ErrorCode, detail: string, options: { errors?: readonly Fault[]; cause?: unknown } = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.errors = options.errors;
  }
  get status(): number {
    return errorCatalogue[this.code].status;
  }
}

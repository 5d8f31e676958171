import type { ErrorCode, Fault, Problem } from '@tangent/contracts';

/** The API answered, and refused: carries its problem document. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: Problem;
  /** From `Retry-After`. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, retryAfterMs?: number) {
    super(problem.detail);
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
  get code(): ErrorCode {
    return this.problem.code;
  }
  get status(): number {
    return this.problem.status;
  }
  get errors(): readonly Fault[] {
    return this.problem.errors ?? [];
  }
}

/** No answer of the API arrived: the network is down, or what answered was not the API (a proxy's error page). */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  /** Set when something other than the API answered. */
  readonly status: number | undefined;

  constructor(message: string, options: { readonly status?: number; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status;
  }
}

export const isApiError = (error: unknown, ...codes: ErrorCode[]): error is ApiError =>
  error instanceof ApiError && (codes.length === 0 || codes.includes(error.code));

/** `Retry-After` as seconds or as a date; undefined when there is none that can be read. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** Turns an answer that is not 2xx into the error to throw. */
export async function errorOf(response: Response): Promise<ApiError | UnreachableError> {
  const type = response.headers.get('content-type') ?? '';
  const text = await response.text();
  if (type.includes('application/problem+json')) {
    const problem = JSON.parse(text) as Problem;
    return new ApiError(problem, retryAfterMs(response.headers.get('retry-after'), Date.now()));
  }
  const excerpt = text.replace(/\s+/g, ' ').slice(0, 120);
  return new UnreachableError(
    `${response.url} answered ${response.status} without a problem document, so it is not the Tangent API that answered: ${excerpt}`,
    { status: response.status },
  );
}

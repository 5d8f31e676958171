export { ApiError, isApiError, UnreachableError } from './api-error.js';
export { createClient } from './create-client.js';
export { type LoggedIn, login } from './login.js';
export { defaultRetryPolicy, mayRepeat, pause, type RetryPolicy } from './retry.js';
export { pathFor, routes } from './routes.js';
export { newIdempotencyKey } from './send.js';
export type * from './types.js';

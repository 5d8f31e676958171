import { isApiError } from '@tangent/client';

/** No worker holds the model yet: one takes it up within seconds of its start, or of a new round. */
export const isForAWhile = (error: unknown): boolean =>
  isApiError(error, 'no-live-model', 'queue-unavailable');

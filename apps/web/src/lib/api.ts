import { createClient, isApiError } from '@tangent/client';

let csrfToken: string | null = null;
const listeners = new Set<() => void>();

/** The one client of the pages; /api is forwarded to the API server. */
export const api = createClient({ baseUrl: '/api', auth: { csrfToken: () => csrfToken } });

export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Where the API’s own paths (`/v1/items/…/media`) are reached from a page. */
export const mediaSrc = (mediaUrl: string): string => `/api${mediaUrl}`;
export const itemMediaSrc = (itemId: string): string => `/api/v1/items/${itemId}/media`;

/** Called when any request finds that the session has ended. */
export function onSessionEnded(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Every place that catches an error of the API passes it by here. */
export function noteError(error: unknown): void {
  if (isApiError(error, 'unauthenticated', 'csrf-token-missing')) {
    for (const listener of listeners) listener();
  }
}

/** What to tell a person about an error. */
export function messageOf(error: unknown): string {
  if (isApiError(error)) return error.message;
  if (error instanceof Error && error.name === 'UnreachableError') {
    return 'The server does not answer. Check the connection; this page keeps trying.';
  }
  return 'Something went wrong in this page. Reload it, and tell your administrator if it happens again.';
}

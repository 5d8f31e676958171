import { errorOf, UnreachableError } from './api-error.js';
import { defaultRetryPolicy, delayBefore, mayRepeat, pause, type RetryPolicy } from './retry.js';
import type { Method } from './routes.js';
import type { Auth, CallOptions, ClientOptions } from './types.js';

export interface Outgoing {
  readonly method: Method;
  /** Filled in, with its query. */
  readonly path: string;
  readonly accept?: string;
  /** Made anew for every try: a stream could be read only once. */
  readonly body?: () => { readonly content: NonNullable<RequestInit['body']>; readonly contentType?: string };
}

/** 128 random bits in hex. crypto.randomUUID is missing on pages served by plain http from another machine. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function authHeaders(auth: Auth | undefined, isWrite: boolean): Record<string, string> {
  if (auth === undefined) return {};
  if ('token' in auth) return { authorization: `Bearer ${auth.token}` };
  const headers: Record<string, string> = {};
  if ('cookie' in auth) headers.cookie = auth.cookie();
  const csrfToken = isWrite ? auth.csrfToken() : undefined;
  if (csrfToken) headers['x-csrf-token'] = csrfToken;
  return headers;
}

async function sendOnce(
  client: ClientOptions,
  outgoing: Outgoing,
  options: CallOptions,
  idempotencyKey: string | undefined,
): Promise<Response> {
  const made = outgoing.body?.();
  const headers: Record<string, string> = {
    accept: outgoing.accept ?? 'application/json',
    ...authHeaders(client.auth, outgoing.method !== 'GET'),
  };
  if (made?.contentType !== undefined) headers['content-type'] = made.contentType;
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  if (options.ifMatch !== undefined) headers['if-match'] = options.ifMatch;
  const send = client.fetch ?? globalThis.fetch;
  let response: Response;
  try {
    response = await send(`${client.baseUrl.replace(/\/$/, '')}${outgoing.path}`, {
      method: outgoing.method,
      headers,
      credentials: 'same-origin',
      ...(made === undefined ? {} : { body: made.content }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.keepalive === true ? { keepalive: true } : {}),
      ...(options.priority === undefined ? {} : { priority: options.priority }),
    });
  } catch (cause) {
    if (options.signal?.aborted) throw options.signal.reason;
    throw new UnreachableError(`${outgoing.method} ${outgoing.path} got no answer from ${client.baseUrl}`, {
      cause,
    });
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

/**
 * Sends until it is answered, the policy is used up, or the signal is aborted. Every POST carries an
 * Idempotency-Key, the same over all tries: an answer lost on the way is then given again, not done again.
 */
export async function send(
  client: ClientOptions,
  outgoing: Outgoing,
  options: CallOptions = {},
): Promise<Response> {
  const policy: RetryPolicy = { ...defaultRetryPolicy, ...client.retries, ...options.retries };
  const idempotencyKey =
    outgoing.method === 'POST' ? (options.idempotencyKey ?? newIdempotencyKey()) : undefined;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await sendOnce(client, outgoing, options, idempotencyKey);
    } catch (error) {
      if (!mayRepeat(outgoing.method, error)) throw error;
      const delayMs = delayBefore(attempt, error, policy);
      if (delayMs === undefined) throw error;
      await pause(delayMs, options.signal);
    }
  }
}

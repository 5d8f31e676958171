import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { hostOf, rangeRefused, type UrlPolicy } from './url-policy.js';

export interface PostInput {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly policy: UrlPolicy;
  /** Of everything, from the look-up of the name on; default 10,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export type PostResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** The first 2,000 characters of the answer. */
      readonly excerpt: string;
      /** What Retry-After asks for; 0: nothing. */
      readonly retryAfterMs: number;
    }
  | { readonly kind: 'unanswered'; readonly code: string; readonly detail: string };

/** More of an answer is not read: what matters is its status. */
const excerptBytes = 2000;

/**
 * Posts JSON to a server that we do not trust. Its name is looked up once, every address that it has is checked, and
 * the connection goes to one of those: a name that points elsewhere a moment later changes nothing. Redirects are
 * answers like others, and not followed. Never throws but when `signal` is aborted.
 */
export async function postGuarded(input: PostInput): Promise<PostResult> {
  const { policy, signal, timeoutMs = 10_000 } = input;
  const url = new URL(input.url);
  const host = hostOf(url);
  const isPrivateHost = policy.privateHosts.has(host);
  if (url.protocol !== 'https:' && !isPrivateHost)
    return unanswered('address-refused', `${host} is not a host to which plain http is allowed`);
  const deadline = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
  try {
    const addresses = await inTime(lookup(host, { all: true, verbatim: true }), either);
    for (const { address } of addresses) {
      const range = rangeRefused(address, isPrivateHost);
      if (range !== null) return unanswered('address-refused', `${host} is ${address} (${range})`);
    }
    const response = await post(url, input, addresses, either);
    const excerpt = await beginningOf(response);
    return { kind: 'answered', status: response.statusCode!, excerpt, retryAfterMs: retryAfterOf(response) };
  } catch (error) {
    if (signal?.aborted) throw error;
    if (deadline.aborted) return unanswered('timeout', `no answer within ${timeoutMs} ms`);
    const { code, message } = error as NodeJS.ErrnoException;
    return unanswered(code ?? 'failed', message);
  }
}

const unanswered = (code: string, detail: string): PostResult => ({ kind: 'unanswered', code, detail });

async function post(
  url: URL,
  { headers, body }: PostInput,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const [first] = addresses;
  const checked: RequestOptions['lookup'] = (_name, options, done) => {
    if (options.all) done(null, [...addresses]);
    else done(null, first!.address, first!.family);
  };
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send(url, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'Tangent-Webhooks/1',
    },
    agent: false, // a connection of its own, closed with the answer
    lookup: checked,
    signal,
    maxHeaderSize: 16_384,
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve);
    // After the answer has begun nobody waits for the request; what breaks then shows in the answer.
    request.on('error', reject);
    // Such a connection is no longer the request's, which the signal ends, but its listener's.
    request.on('upgrade', (_answer, socket) => {
      socket.destroy();
      reject(new Error('the receiver answered 101 and wants to speak another protocol'));
    });
  });
  request.end(body);
  return inTime(answer, signal);
}

/** Text that Postgres can hold, also when the answer is none; a body that breaks off is kept as far as it came. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let numBytes = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer);
      numBytes += (chunk as Buffer).byteLength;
      if (numBytes >= excerptBytes) break; // which ends the connection
    }
  } catch {
    // The status has come, and it is what counts.
  }
  const text = Buffer.concat(chunks).subarray(0, excerptBytes).toString('utf8');
  return text.replace(/[^\P{Cc}\n\r\t]|\p{Surrogate}/gu, '\ufffd');
}

/** Seconds, or a date. */
function retryAfterOf({ headers }: IncomingMessage): number {
  const asked = headers['retry-after'];
  if (asked === undefined) return 0;
  const ms = /^\d{1,9}$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

/** What cannot be aborted, such as a look-up, is left behind instead. */
async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort!);
  }
}

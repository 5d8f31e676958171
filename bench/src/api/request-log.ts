/** A request as the client saw it. */
export interface LoggedRequest {
  readonly kind: RequestKind;
  /** From sending it to the last byte of the answer. */
  readonly ms: number;
  /** `ok`, the code of the problem that was answered, `lost` (given up by the client itself) or `unreachable`. */
  readonly result: string;
  /** null: no answer. */
  readonly status: number | null;
}

const kinds = {
  lease: ['POST', /\/leases$/],
  heartbeat: ['POST', /\/heartbeat$/],
  release: ['DELETE', /\/leases\/[^/]+$/],
  annotate: ['POST', /\/annotations$/],
  undo: ['DELETE', /\/annotations\/[^/]+$/],
} as const;
export type RequestKind = keyof typeof kinds | 'other';

/** What a request asks for, by its method and path. */
export function kindOf(method: string, path: string): RequestKind {
  const found = Object.entries(kinds).find(([, [wanted, ending]]) => wanted === method && ending.test(path));
  return (found?.[0] as RequestKind | undefined) ?? 'other';
}

/** A fetch that adds every request to `requests`, its answer read to the end. */
export function recordingFetch(requests: LoggedRequest[]): typeof fetch {
  return async (input, init) => {
    const kind = kindOf(init?.method ?? 'GET', new URL(String(input)).pathname);
    const from = performance.now();
    const add = (result: string, status: number | null) =>
      requests.push({ kind, ms: performance.now() - from, result, status });
    try {
      const response = await fetch(input, init);
      const text = await response.text();
      add(response.ok ? 'ok' : codeIn(text), response.status);
      const { status, headers } = response;
      return new Response(status === 204 ? null : text, { status, headers });
    } catch (error) {
      add(init?.signal?.aborted ? 'lost' : 'unreachable', null);
      throw error;
    }
  };
}

function codeIn(text: string): string {
  try {
    return String((JSON.parse(text) as { code?: unknown }).code);
  } catch {
    return 'no problem document';
  }
}

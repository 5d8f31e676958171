import { type Client, newIdempotencyKey } from '@tangent/client';

export type LeaseRequest = Parameters<Client['createLeases']>[0];

interface Asked {
  readonly request: LeaseRequest;
  readonly idempotencyKey: string;
}

const prefix = 'tangent.asked.';

/** Requests of a page that was closed or reloaded before their answers came: what they leased, nobody knows to hold. */
const lost: readonly Asked[] = inStorage(readAll) ?? [];
let givingBack: Promise<void> | undefined;

/** Remembers a request beyond the page until it is forgotten. Returns the key to send it under. */
export function rememberAsked(request: LeaseRequest): string {
  const idempotencyKey = newIdempotencyKey();
  inStorage((storage) => storage.setItem(`${prefix}${idempotencyKey}`, JSON.stringify(request)));
  return idempotencyKey;
}

export function forgetAsked(idempotencyKey: string): void {
  inStorage((storage) => storage.removeItem(`${prefix}${idempotencyKey}`));
}

/**
 * Gives back what the page before this one in the same tab had asked for and never saw, once a page. The same request under the
 * same key is answered as the first time.
 */
export function giveBackLost(api: Client): Promise<void> {
  givingBack ??= Promise.all(lost.map((asked) => giveBack(api, asked))).then(() => undefined);
  return givingBack;
}

async function giveBack(api: Client, { request, idempotencyKey }: Asked): Promise<void> {
  try {
    const { items } = await api.createLeases(request, { idempotencyKey, retries: { limit: 1 } });
    await Promise.all(items.map(({ leaseId }) => api.deleteLease({ params: { leaseId } })));
  } catch (error) {
    console.warn('leases that were asked for by the page before could not be given back', error);
  }
  forgetAsked(idempotencyKey);
}

/** Undefined without a storage, and where it is full or forbidden by the browser: leases that are lost then end by themselves. */
function inStorage<T>(act: (storage: Storage) => T): T | undefined {
  try {
    return typeof window === 'undefined' ? undefined : act(window.sessionStorage);
  } catch {
    return undefined;
  }
}

function readAll(storage: Storage): readonly Asked[] {
  return Object.entries(storage)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, request]) => ({
      request: JSON.parse(request) as LeaseRequest,
      idempotencyKey: key.slice(prefix.length),
    }));
}

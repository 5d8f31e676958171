import { TangentError } from '@tangent/contracts';
import {
  abandonIdempotent,
  beginIdempotent,
  completeIdempotent,
  completeUnhurried,
  type Database,
  hashRequest,
  type IdempotencyHolder,
  type KeptResponse,
  type Sql,
} from '@tangent/database';
import type { FastifyRequest } from 'fastify';
import { seal, unseal } from './seal.js';

/** A request under an Idempotency-Key. */
export interface Kept {
  /** Keeps the response; in the transaction of the write where there is one, so that both are there or neither. */
  keep(tx: Sql, response: KeptResponse): Promise<void>;
  /** Keeps the response to what is committed and may be done twice; the disk is not waited for. */
  keepUnhurried(response: KeptResponse): Promise<void>;
  readonly isKept: () => boolean;
  /** The request failed: the key is free again, unless its response is kept. */
  abandon(): Promise<void>;
}

export type Claim =
  | { readonly kind: 'none' }
  | { readonly kind: 'fresh'; readonly kept: Kept }
  | ({ readonly kind: 'replay' } & KeptResponse);

export interface KeyOwner {
  readonly user: { readonly id: string };
  readonly credential: string;
}

export interface ClaimInput {
  readonly request: FastifyRequest;
  /** Whose key it is, and the secret that only they have. */
  readonly caller: KeyOwner;
  /** What must be the same in a repetition. */
  readonly content: unknown;
  /** The response holds a secret: it is kept sealed under the credential of the caller. */
  readonly isSecret: boolean;
}

/**
 * Claims the Idempotency-Key of a request. A repetition gets the first response again; without a key there is none.
 * Throws idempotency-key-in-use, idempotency-key-reused, validation-failed.
 */
export async function claimKey(db: Database, input: ClaimInput): Promise<Claim> {
  const { request, caller, content, isSecret } = input;
  const key = request.headers['idempotency-key'];
  if (key === undefined) return { kind: 'none' };
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new TangentError(
      'validation-failed',
      'The Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID.',
      { errors: [{ pointer: '/idempotency-key', detail: 'must be 1 to 255 visible ASCII characters' }] },
    );
  const requestHash = hashRequest(request.method, request.url, JSON.stringify(content ?? null));
  const start = await beginIdempotent(db, { userId: caller.user.id, key, requestHash });
  switch (start.kind) {
    case 'replay':
      return isSecret ? { ...start, body: opened(start.body as Sealed, caller, key) } : start;
    case 'running':
      throw new TangentError(
        'idempotency-key-in-use',
        `The first request with the Idempotency-Key ${key} still runs; repeat this one in a moment.`,
      );
    case 'other-request':
      throw new TangentError(
        'idempotency-key-reused',
        `The Idempotency-Key ${key} belongs to a request with another path or body; choose a new key.`,
      );
    case 'fresh':
      return { kind: 'fresh', kept: keeper(db, start.holder, isSecret ? caller.credential : null) };
  }
}

function keeper(db: Database, holder: IdempotencyHolder, credential: string | null): Kept {
  let isKept = false;
  const sealed = (response: KeptResponse): KeptResponse =>
    credential === null
      ? response
      : { ...response, body: { sealed: seal(credential, JSON.stringify(response.body)) } };
  return {
    isKept: () => isKept,
    async keep(tx, response) {
      await completeIdempotent(tx, holder, sealed(response));
      isKept = true;
    },
    async keepUnhurried(response) {
      await completeUnhurried(db, holder, sealed(response));
      isKept = true;
    },
    abandon: () => abandonIdempotent(db, holder),
  };
}

interface Sealed {
  readonly sealed: string;
}

function opened({ sealed }: Sealed, { credential }: KeyOwner, key: string): unknown {
  const text = unseal(credential, sealed);
  if (text === null)
    throw new TangentError(
      'idempotency-key-reused',
      `The answer to the first request with the Idempotency-Key ${key} holds a secret, which only the session or token that asked for it sees again; choose a new key.`,
    );
  return JSON.parse(text);
}

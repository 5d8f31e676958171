import { TangentError } from '@tangent/contracts';
import {
  abandonIdempotent,
  beginIdempotent,
  completeIdempotent,
  hashRequest,
  type IdempotencyHolder,
  type KeptResponse,
  type Queryable,
} from '@tangent/database';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../auth/caller.js';

/** A request under an Idempotency-Key. */
export interface Kept {
  /** Keeps the response; in the transaction of the write where there is one, so that both are there or neither. */
  keep(tx: Queryable, response: KeptResponse): Promise<void>;
  readonly isKept: () => boolean;
  /** The request failed: the key is free again. */
  abandon(): Promise<void>;
}

/**
 * Claims the key of a request. The first answer again for a repetition; null without a key.
 * Throws idempotency-key-in-use and idempotency-key-reused.
 */
export async function claimKey(
  db: Queryable,
  request: FastifyRequest,
  caller: Caller,
): Promise<{ kind: 'none' } | { kind: 'fresh'; kept: Kept } | ({ kind: 'replay' } & KeptResponse)> {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return { kind: 'none' };
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new TangentError(
      'validation-failed',
      'The Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID.',
    );
  const requestHash = hashRequest(request.method, request.url, JSON.stringify(request.body ?? null));
  const start = await beginIdempotent(db, { userId: caller.user.id, key, requestHash });
  switch (start.kind) {
    case 'replay':
      return start;
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
      return { kind: 'fresh', kept: keeper(db, start.holder) };
  }
}

function keeper(db: Queryable, holder: IdempotencyHolder): Kept {
  let isKept = false;
  return {
    isKept: () => isKept,
    async keep(tx, response) {
      await completeIdempotent(tx, holder, response);
      isKept = true;
    },
    abandon: () => abandonIdempotent(db, holder),
  };
}

import { randomFillSync } from 'node:crypto';
import type { IdKind } from '@tangent/contracts';
import { newId as idOf, idRandomBytes, incrementInPlace } from '@tangent/labeling';

let lastMs = 0;
const random = new Uint8Array(idRandomBytes);

/**
 * A fresh id. Ids made later sort after earlier ones: to the millisecond between processes, always within one
 * (in the same millisecond, or when the clock was put back, the last random part is counted up).
 */
export function newId(kind: IdKind): string {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    randomFillSync(random);
    // Room to count up: without it a run of 255s would wrap to an earlier id.
    random[0]! &= 0x7f;
  } else {
    incrementInPlace(random);
  }
  return idOf(kind, lastMs, random);
}

import type { ItemContentRecord } from '@tangent/database';
import { InputError } from './input-error.js';

/** The vectors of the items, [items, width]. Throws InputError for one of another length. */
export function stackVectors(items: readonly ItemContentRecord[], width: number): Float32Array {
  const rows = new Float32Array(items.length * width);
  items.forEach(({ id, vector }, i) => {
    if (vector?.length !== width)
      throw new InputError(
        'vector-length',
        `item ${id} has a vector of ${vector?.length ?? 0} numbers, others have ${width}; import vectors of one length into a project`,
      );
    rows.set(vector, i * width);
  });
  return rows;
}

import { inputName, type Network } from './network.js';

/**
 * How many tokens a network knows: its inputs are integers from 0 to below this, the smallest of the tables that look them up.
 * Null where no embedding reads the inputs.
 */
export function vocabularyOf({ nodes }: Network): number | null {
  const sizes = nodes.flatMap(({ operation, inputs }) =>
    operation.type === 'embedding' && inputs[0] === inputName ? [operation.table.shape[0]!] : [],
  );
  return sizes.length === 0 ? null : Math.min(...sizes);
}

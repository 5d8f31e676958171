import type { KernelConfig } from '@tangent/contracts';
import type { Head } from '@tangent/ntk';

/** The head that a kernel type of the API stands for; the signs of `pntk-sign` come from the round's seed. */
export function headOf(type: KernelConfig['type'], seed: number): Head {
  switch (type) {
    case 'trace':
      return { type: 'trace' };
    case 'pntk-sum':
      return { type: 'sum' };
    case 'pntk-first':
      return { type: 'first' };
    case 'pntk-sign':
      return { type: 'sign', seed };
    case 'last-layer':
      return { type: 'last-layer' };
  }
}

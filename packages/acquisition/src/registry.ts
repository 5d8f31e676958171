import { entropy } from './strategies/entropy.js';
import { lookahead } from './strategies/lookahead.js';
import { margin } from './strategies/margin.js';
import { mlmoc } from './strategies/mlmoc.js';
import { random } from './strategies/random.js';
import { vtl } from './strategies/vtl.js';
import type { Strategy } from './strategy.js';

/** All strategies; the default first. */
export const strategies: readonly Strategy[] = [lookahead, mlmoc, vtl, margin, entropy, random];

/** The strategy of a name. Throws RangeError that lists those that exist. */
export function strategyNamed(name: string): Strategy {
  const found = strategies.find((s) => s.name === name);
  if (!found)
    throw new RangeError(
      `there is no strategy “${name}”; choose one of ${strategies.map((s) => s.name).join(', ')}`,
    );
  return found;
}

import { parseArgs } from 'node:util';
import { type StrategyName, strategyNames } from '@tangent/contracts';
import { m20, type OracleRun } from './oracle-run.js';

export const help = `A simulated oracle labels MNIST digits through the REST API.

  --strategy NAMES   one or more of ${strategyNames.join(', ')};
                     separated by commas (default: random,margin,mlmoc,lookahead)
  --seeds N | A,B,C  how many seeds, from 0, or which ones (default: 5)
  --pool N           items of the pool (default: ${m20.numPool})
  --held-out N       items that the accuracy is measured on (default: ${m20.numHeldOut})
  --start N          random labels at the start (default: ${m20.numStart})
  --batch N          labels of each round (default: ${m20.batchSize})
  --labels N         labels at the end (default: ${m20.numLabels})
  --json FILE        also write all curves to a file; - writes them to the standard output instead of the tables
  --keep             leave the projects, to look at them

TANGENT_API_URL (default http://127.0.0.1:4000), TANGENT_EMAIL and TANGENT_PASSWORD say where and who.`;

export interface SimulateArguments {
  readonly strategies: readonly StrategyName[];
  readonly seeds: readonly number[];
  readonly size: Omit<OracleRun, 'strategy' | 'seed'>;
  readonly json: string | undefined;
  readonly isKept: boolean;
}

/** Throws an Error that names the option and what it may be. */
export function readArguments(args: readonly string[]): SimulateArguments | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      strategy: { type: 'string', default: 'random,margin,mlmoc,lookahead' },
      seeds: { type: 'string', default: '5' },
      pool: { type: 'string', default: String(m20.numPool) },
      'held-out': { type: 'string', default: String(m20.numHeldOut) },
      start: { type: 'string', default: String(m20.numStart) },
      batch: { type: 'string', default: String(m20.batchSize) },
      labels: { type: 'string', default: String(m20.numLabels) },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const count = (name: 'pool' | 'held-out' | 'start' | 'batch' | 'labels') =>
    whole(`--${name}`, values[name], 1);
  const size = {
    numPool: count('pool'),
    numHeldOut: count('held-out'),
    numStart: count('start'),
    batchSize: count('batch'),
    numLabels: count('labels'),
  };
  if (size.numPool + size.numHeldOut > 10_000)
    throw new Error(
      `--pool and --held-out are ${size.numPool + size.numHeldOut} together; there are 10,000 digits`,
    );
  if (size.numStart > size.numLabels || size.numLabels > size.numPool)
    throw new Error('--start is at most --labels, and --labels at most --pool');
  if ((size.numLabels - size.numStart) % size.batchSize !== 0)
    throw new Error(`--labels less --start must be a multiple of --batch, ${size.batchSize}`);
  return {
    strategies: values.strategy.split(',').map(strategyNamed),
    seeds: seedsOf(values.seeds),
    size,
    json: values.json,
    isKept: values.keep,
  };
}

function strategyNamed(name: string): StrategyName {
  const found = strategyNames.find((known) => known === name.trim());
  if (!found) throw new Error(`there is no strategy “${name}”; choose of ${strategyNames.join(', ')}`);
  return found;
}

function seedsOf(text: string): number[] {
  if (text.includes(',')) return text.split(',').map((seed) => whole('--seeds', seed, 0));
  return Array.from({ length: whole('--seeds', text, 1) }, (_, seed) => seed);
}

function whole(option: string, text: string, atLeast: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < atLeast)
    throw new Error(`${option} is “${text}”; give a whole number from ${atLeast}`);
  return value;
}

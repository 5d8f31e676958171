import { parseArgs } from 'node:util';
import { login } from '@tangent/client';
import { type StrategyName, strategyNames } from '@tangent/contracts';
import { m20, runOracle } from './oracle-run.js';
import { areaOf, mean, pairedDifference } from './summary.js';

const { values } = parseArgs({
  options: {
    strategies: { type: 'string', default: 'random,margin,mlmoc,lookahead' },
    seeds: { type: 'string', default: '5' },
    pool: { type: 'string', default: String(m20.numPool) },
    labels: { type: 'string', default: String(m20.numLabels) },
  },
});
const strategies = values.strategies.split(',').map((name) => {
  if (!(strategyNames as readonly string[]).includes(name))
    throw new Error(`there is no strategy “${name}”; choose of ${strategyNames.join(', ')}`);
  return name as StrategyName;
});
const { TANGENT_API_URL = 'http://127.0.0.1:4000', TANGENT_EMAIL, TANGENT_PASSWORD } = process.env;
if (!TANGENT_EMAIL || !TANGENT_PASSWORD)
  throw new Error('set TANGENT_EMAIL and TANGENT_PASSWORD to a login of the API');
const { client } = await login({ baseUrl: TANGENT_API_URL }, TANGENT_EMAIL, TANGENT_PASSWORD);

const curves = new Map<string, number[][]>(strategies.map((s) => [s, []]));
for (let seed = 0; seed < Number(values.seeds); seed++)
  for (const strategy of strategies) {
    const run = { ...m20, strategy, seed, numPool: Number(values.pool), numLabels: Number(values.labels) };
    curves.get(strategy)!.push(await runOracle(client, run, (text) => console.error(text)));
  }

const areas = (strategy: string) => curves.get(strategy)!.map(areaOf);
console.table(
  strategies.map((strategy) => {
    const difference = curves.has('random') ? pairedDifference(areas(strategy), areas('random')) : null;
    return {
      strategy,
      'mean accuracy': (100 * mean(areas(strategy))).toFixed(1),
      'at the end': (100 * mean(curves.get(strategy)!.map((c) => c.at(-1)!))).toFixed(1),
      'points over random': difference
        ? `${(100 * difference.mean).toFixed(1)} ± ${(100 * difference.half).toFixed(1)}`
        : '–',
    };
  }),
);

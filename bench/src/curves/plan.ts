import type { Strategy } from '@tangent/acquisition';
import { type RunSettings, type Selecting, type Setting, selectingOf } from '../simulation/settings.js';

/** The claims are about these, and the diagrams show them. */
export const core: readonly string[] = ['random', 'margin', 'badge', 'lcmd', 'lookahead'];
/** To choose a batch costs no more than to train: these run in every setting, with all of its seeds. */
const cheap: ReadonlySet<string> = new Set([
  ...core,
  'entropy',
  'least-confidence',
  'coreset',
  'bald',
  'typiclust',
  'mlmoc',
]);
/** `lookahead` must beat the best of these. */
export const rivals: readonly string[] = ['margin', 'badge', 'lcmd'];

/** Scores that cost candidates × evaluation items × classes a pick, or more: fewer of both, and fewer seeds. */
const expensive: Readonly<Record<string, Partial<Selecting>>> = {
  eer: { maxCandidates: 600, evaluationSize: 200 },
  'label-flips': { maxCandidates: 600, evaluationSize: 200 },
  emoc: {},
  bait: {},
  'lookahead-infinite-ntk': {},
};

export interface Plan {
  readonly runs: readonly RunSettings[];
  readonly notes: readonly string[];
}

export interface PlanOptions {
  readonly settings: readonly Setting[];
  readonly strategies: readonly Strategy[];
  /** Of the first setting, the only one in which they run: of strategies that are not cheap, and of the expensive ones. */
  readonly numSeeds: { readonly others: number; readonly expensive: number };
}

/**
 * The runs of all strategies that need no real retraining: setting by setting, so that threads keep their data, and seed
 * by seed, so that an interrupted benchmark has pairs.
 */
export function planRuns({ settings, strategies, numSeeds }: PlanOptions): Plan {
  const run = strategies.filter(({ needs }) => !needs.includes('retrain'));
  const left = strategies.filter((strategy) => !run.includes(strategy)).map(({ name }) => name);
  const runs: RunSettings[] = [];
  for (const setting of settings)
    for (let seed = 0; seed < setting.numSeeds; seed++)
      for (const { name } of run)
        if (seed < seedsOf(name, setting))
          runs.push({
            setting,
            selecting: { ...selectingOf(setting), strategy: name, ...expensive[name] },
            seed,
          });

  function seedsOf(name: string, setting: Setting): number {
    if (cheap.has(name)) return setting.numSeeds;
    if (setting !== settings[0]) return 0;
    return expensive[name] ? numSeeds.expensive : numSeeds.others;
  }

  const first = settings[0]!.name;
  const costly = run.filter(({ name }) => expensive[name]).map(({ name }) => name);
  return {
    runs,
    notes: [
      `${[...cheap].join(', ')} run in every setting, with ${settings.map(({ name, numSeeds: n }) => `${n} seeds in ${name}`).join(', ')}. Others: ${numSeeds.others} seeds in ${first}.`,
      ...(costly.length > 0
        ? [
            `Expensive (${costly.join(', ')}): ${numSeeds.expensive} seeds in ${first}; eer and label-flips score 600 random candidates a round over 200 evaluation items.`,
          ]
        : []),
      ...(left.length > 0 ? [`Not run, because they retrain for every candidate: ${left.join(', ')}.`] : []),
    ],
  };
}

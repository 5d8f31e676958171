import type { Strategy } from '@tangent/acquisition';
import { type RunSettings, type Selecting, type Setting, selectingOf } from '../simulation/settings.js';

/** The claims are about these: they get every setting and the most seeds. */
export const core: readonly string[] = ['random', 'margin', 'badge', 'lcmd', 'lookahead'];
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
  /** Seeds of the strategies beside the core, and of the expensive ones. */
  readonly numSeeds: { readonly others: number; readonly expensive: number };
  /** Settings in which strategies beside the core run; the expensive ones run in the first only. */
  readonly othersIn: readonly string[];
}

/**
 * The runs of all strategies that need no real retraining: setting by setting, so that threads keep their data, and seed
 * by seed, so that an interrupted benchmark has pairs.
 */
export function planRuns({ settings, strategies, numSeeds, othersIn }: PlanOptions): Plan {
  const cheap = strategies.filter(({ needs }) => !needs.includes('retrain'));
  const left = strategies.filter((strategy) => !cheap.includes(strategy)).map(({ name }) => name);
  const runs: RunSettings[] = [];
  for (const setting of settings)
    for (let seed = 0; seed < setting.numSeeds; seed++)
      for (const { name } of cheap)
        if (seed < seedsOf(name, setting))
          runs.push({
            setting,
            selecting: { ...selectingOf(setting), strategy: name, ...expensive[name] },
            seed,
          });

  function seedsOf(name: string, setting: Setting): number {
    if (core.includes(name)) return setting.numSeeds;
    if (expensive[name]) return setting.name === othersIn[0] ? numSeeds.expensive : 0;
    return othersIn.includes(setting.name) ? numSeeds.others : 0;
  }

  const costly = cheap.filter(({ name }) => expensive[name]).map(({ name }) => name);
  return {
    runs,
    notes: [
      `${core.join(', ')} run in every setting, with ${settings.map(({ name, numSeeds: n }) => `${n} seeds in ${name}`).join(', ')}. Others: ${numSeeds.others} seeds in ${othersIn.join(' and ')}.`,
      ...(costly.length > 0
        ? [
            `Expensive (${costly.join(', ')}): ${numSeeds.expensive} seeds in ${othersIn[0]}; eer and label-flips score 600 random candidates a round over 200 evaluation items.`,
          ]
        : []),
      ...(left.length > 0 ? [`Not run, because they retrain for every candidate: ${left.join(', ')}.`] : []),
    ],
  };
}

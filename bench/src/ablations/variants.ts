import { defaultTraining } from '@tangent/models';
import { defaultSelecting, m20, type Selecting, type Setting, trec } from '../simulation/settings.js';

/** The default recipe with one thing changed. */
export interface Variant {
  readonly name: string;
  readonly selecting: Partial<Selecting>;
  /** Settings that it runs in. */
  readonly settings: readonly string[];
  /** What it is compared with; the default recipe when absent. */
  readonly against?: string;
  readonly training?: Partial<Setting['training']>;
}

const both = [m20.name, trec.name];
const first = [m20.name];
/** What the blocks of the eNTK allow: 300 candidates over 150 evaluation items. */
const few: Partial<Selecting> = { maxCandidates: 300, evaluationSize: 150 };

export const variants: readonly Variant[] = [
  { name: 'default', selecting: {}, settings: both },
  { name: 'kernel sum', selecting: { head: { type: 'sum' } }, settings: both },
  { name: 'kernel first', selecting: { head: { type: 'first' } }, settings: first },
  { name: 'kernel sign', selecting: { head: { type: 'sign', seed: 1 } }, settings: first },
  { name: 'kernel last-layer', selecting: { head: { type: 'last-layer' } }, settings: both },
  { name: 'unbalanced', selecting: { isBalanced: false }, settings: both },
  { name: 'ridge 1e-3', selecting: { ridgeRelative: 1e-3 }, settings: both },
  { name: 'ridge 1e-1', selecting: { ridgeRelative: 1e-1 }, settings: both },
  { name: 'sketch of 512', selecting: { sketch: { dimension: 512, method: 'product' } }, settings: both },
  { name: 'sketch of 2,048', selecting: { sketch: { dimension: 2048, method: 'product' } }, settings: both },
  { name: 'top-k instead of greedy', selecting: { isTopK: true }, settings: both },
  { name: 'prefilter 20%', selecting: { prefilter: 0.2 }, settings: both },
  { name: 'cross-entropy', selecting: {}, training: { loss: 'cross-entropy' }, settings: first },
  { name: '300 candidates, 150 evaluation items', selecting: few, settings: first },
  {
    name: 'kernel eNTK in blocks',
    selecting: { ...few, isBlockwise: true },
    settings: first,
    against: '300 candidates, 150 evaluation items',
  },
  { name: 'mlmoc, norm l1', selecting: { strategy: 'mlmoc', norm: 'l1' }, settings: both },
  {
    name: 'mlmoc, norm l2',
    selecting: { strategy: 'mlmoc', norm: 'l2' },
    settings: both,
    against: 'mlmoc, norm l1',
  },
  {
    name: 'mlmoc, top-k instead of greedy',
    selecting: { strategy: 'mlmoc', isTopK: true },
    settings: first,
    against: 'mlmoc, norm l1',
  },
];

/** Fewer seeds than the learning curves have: every variant is compared with the same seeds of the default. */
export const ablationSettings: readonly Setting[] = [
  { ...m20, numSeeds: 3 },
  { ...trec, numSeeds: 5 },
];

/** Pools that something spoils, and what is run in them. */
export const spoiledPools: readonly {
  readonly setting: Setting;
  readonly runs: readonly {
    readonly name: string;
    readonly selecting: Partial<Selecting> & { readonly strategy: string };
  }[];
}[] = [
  {
    setting: {
      ...m20,
      name: 'm20, one third near-duplicates',
      numTrainings: 7,
      numSeeds: 3,
      contamination: 'near-duplicates',
    },
    runs: ['random', 'margin', 'badge', 'lookahead'].map((strategy) => ({
      name: strategy,
      selecting: { strategy },
    })),
  },
  {
    setting: { ...m20, name: 'm20, one tenth junk', numTrainings: 7, numSeeds: 3, contamination: 'junk' },
    runs: [
      ...['random', 'margin', 'lookahead'].map((strategy) => ({ name: strategy, selecting: { strategy } })),
      { name: 'random with verdicts', selecting: { strategy: 'random', hasVerdicts: true } },
      { name: 'lookahead with verdicts', selecting: { strategy: 'lookahead', hasVerdicts: true } },
    ],
  },
];

export function selectingOfVariant({ selecting }: Variant): Selecting {
  return { ...defaultSelecting, strategy: 'lookahead', ...selecting };
}

export function settingOfVariant(setting: Setting, { training }: Variant): Setting {
  return training
    ? { ...setting, training: { ...defaultTraining, ...setting.training, ...training } }
    : setting;
}

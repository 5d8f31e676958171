import { defaultMlp, defaultTraining, type NetworkConfig, type TrainingConfig } from '@tangent/models';
import type { Head } from '@tangent/ntk';
import type { SetName } from '../data/load-set.js';

// Everything here is plain data: it travels to threads, and its hash names a finished run.

export interface ModelSettings {
  readonly network: NetworkConfig;
  readonly training: TrainingConfig;
}

/** The recipe of the service. */
export const defaultModel: ModelSettings = { network: defaultMlp, training: defaultTraining };
const deeper: ModelSettings = {
  network: { ...defaultMlp, hidden: [256, 256] },
  training: { ...defaultTraining, steps: 250 },
};

/** A task of active learning: data, labels to begin with, and how many are asked for. */
export interface Setting {
  readonly name: string;
  readonly set: SetName | 'digits';
  /** Shards of an image set that are read; a shard holds 10,000 images. */
  readonly trainShards: number;
  /** Random training items that make the pool. */
  readonly poolSize: number;
  /** Test items that accuracy is measured on, at most. */
  readonly numHeld: number;
  /** Random labels before the first training. */
  readonly numStart: number;
  readonly batchSize: number;
  readonly numTrainings: number;
  readonly model: ModelSettings;
  /** What spoils the pool. */
  readonly contamination?: 'near-duplicates' | 'junk';
}

/** How items are chosen; the defaults are those of the service. */
export interface Selecting {
  readonly strategy: string;
  /** `outputs`: the full eNTK, in blocks. */
  readonly head: Head;
  readonly isBalanced: boolean;
  /** Features of the sketch; null: the exact kernel. */
  readonly sketch: number | null;
  /** Relative to the mean kernel diagonal; null: the strategy's own. */
  readonly ridgeRelative: number | null;
  readonly norm: 'l1' | 'l2';
  /** Random pool items whose change is watched (E). */
  readonly evaluationSize: number;
  /** Takes the best first scores at once instead of the strategy's own way. */
  readonly isTopK: boolean;
  /** Share of the candidates, of smallest margin, that are scored at all; 1: everyone. */
  readonly prefilter: number;
  /** Random candidates a round, at most; null: everyone. */
  readonly maxCandidates: number | null;
  /** Annotators reject junk, and the neighbours of what they rejected count less. */
  readonly hasVerdicts: boolean;
}

/** One active-learning run with an oracle that knows every label. */
export interface RunSettings {
  readonly setting: Setting;
  readonly selecting: Selecting;
  readonly seed: number;
}

export const defaultSelecting: Omit<Selecting, 'strategy'> = {
  head: { type: 'trace' },
  isBalanced: true,
  sketch: null,
  ridgeRelative: null,
  norm: 'l1',
  evaluationSize: 1000,
  isTopK: false,
  prefilter: 1,
  maxCandidates: null,
  hasVerdicts: false,
};

const mnist: Omit<Setting, 'name' | 'numStart' | 'numTrainings'> = {
  set: 'mnist',
  trainShards: 3,
  poolSize: 4000,
  numHeld: 5000,
  batchSize: 20,
  model: defaultModel,
};

/** 20 → 180 labels. */
export const m20: Setting = { ...mnist, name: 'm20', numStart: 20, numTrainings: 9 };
/** 100 → 240 labels. */
export const m100: Setting = { ...mnist, name: 'm100', numStart: 100, numTrainings: 8 };

const rows = { trainShards: Infinity, poolSize: 4000, numHeld: 4000 };

export const letter: Setting = {
  ...rows,
  name: 'letter',
  set: 'letter',
  numStart: 100,
  batchSize: 50,
  numTrainings: 8,
  model: deeper,
};
export const covertype: Setting = {
  ...rows,
  name: 'covertype',
  set: 'covertype15k',
  numStart: 70,
  batchSize: 35,
  numTrainings: 8,
  model: deeper,
};
export const trec: Setting = {
  ...rows,
  name: 'trec',
  set: 'trec',
  numStart: 30,
  batchSize: 20,
  numTrainings: 9,
  model: defaultModel,
};
export const banking77: Setting = {
  ...rows,
  name: 'banking77',
  set: 'banking77',
  numStart: 154,
  batchSize: 77,
  numTrainings: 7,
  model: { ...defaultModel, training: { ...defaultTraining, steps: 200 } },
};
export const agNews: Setting = {
  ...rows,
  name: 'ag-news',
  set: 'ag_news',
  numStart: 20,
  batchSize: 20,
  numTrainings: 9,
  model: defaultModel,
};

export const allSettings: readonly Setting[] = [m20, m100, letter, covertype, trec, banking77, agNews];

/** Number of labels at each training. */
export function labelCounts({ numStart, batchSize, numTrainings }: Setting): number[] {
  return Array.from({ length: numTrainings }, (_, t) => numStart + t * batchSize);
}

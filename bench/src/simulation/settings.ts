import { defaultMlp, defaultTraining, type NetworkConfig, type TrainingConfig } from '@tangent/models';
import type { Head } from '@tangent/ntk';
import type { SetName } from '../data/load-set.js';

// Everything here is plain data: it travels to threads, and its hash names a finished run.

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
  readonly network: NetworkConfig;
  readonly training: TrainingConfig;
  /** Paired runs of the strategies that the claims are about: ten where a run takes seconds, fewer where it takes minutes. */
  readonly numSeeds: number;
  /** Directions of the pool that texts are read in; default 128, as in the service. */
  readonly textComponents?: number;
  /** Images are made smaller by this factor a side; default 1. */
  readonly shrink?: number;
  /** What spoils the pool. */
  readonly contamination?: 'near-duplicates' | 'junk';
}

/** How items are chosen; the defaults are those of the service. */
export interface Selecting {
  readonly strategy: string;
  readonly head: Head;
  readonly isBalanced: boolean;
  /** Features of the sketch, and of which kind; null: the exact kernel. */
  readonly sketch: { readonly dimension: number; readonly method: 'product' | 'kronecker' } | null;
  /** The kernel is that of the eNTK in blocks of classes: for few candidates. */
  readonly isBlockwise: boolean;
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
  isBlockwise: false,
  ridgeRelative: null,
  norm: 'l1',
  evaluationSize: 1000,
  isTopK: false,
  prefilter: 1,
  maxCandidates: null,
  hasVerdicts: false,
};

const mnist: Omit<Setting, 'name' | 'numStart' | 'numTrainings'> = {
  numSeeds: 10,
  set: 'mnist',
  trainShards: 3,
  poolSize: 4000,
  numHeld: 5000,
  batchSize: 20,
  network: defaultMlp,
  training: defaultTraining,
};

/** 20 → 180 labels. */
export const m20: Setting = { ...mnist, name: 'm20', numStart: 20, numTrainings: 9 };
/** 100 → 240 labels. */
export const m100: Setting = { ...mnist, name: 'm100', numStart: 100, numTrainings: 8 };

const rows = { trainShards: Infinity, poolSize: 4000, numHeld: 4000 };
const texts = { ...rows, textComponents: 128 };

export const letter: Setting = {
  ...rows,
  name: 'letter',
  numSeeds: 3,
  set: 'letter',
  numStart: 100,
  batchSize: 50,
  numTrainings: 8,
  network: { ...defaultMlp, hidden: [256, 256] },
  training: { ...defaultTraining, steps: 250 },
};
export const covertype: Setting = {
  ...rows,
  name: 'covertype',
  numSeeds: 10,
  set: 'covertype15k',
  numStart: 70,
  batchSize: 35,
  numTrainings: 8,
  network: { ...defaultMlp, hidden: [256, 256] },
  training: { ...defaultTraining, steps: 250 },
};
export const trec: Setting = {
  ...texts,
  name: 'trec',
  numSeeds: 10,
  set: 'trec',
  numStart: 30,
  batchSize: 20,
  numTrainings: 9,
  network: defaultMlp,
  training: defaultTraining,
};
export const banking77: Setting = {
  ...texts,
  name: 'banking77',
  numSeeds: 10,
  set: 'banking77',
  numStart: 154,
  batchSize: 77,
  numTrainings: 7,
  network: defaultMlp,
  training: { ...defaultTraining, steps: 200 },
};
export const agNews: Setting = {
  ...texts,
  name: 'ag-news',
  numSeeds: 10,
  set: 'ag_news',
  numStart: 20,
  batchSize: 20,
  numTrainings: 9,
  network: defaultMlp,
  training: defaultTraining,
};

/**
 * Scaled down for two cores: a small convolutional network instead of a wide ResNet, images of 16×16 instead of 32×32,
 * a pool of 3,000, 100 → 350 labels instead of thousands, and a sketch instead of the exact kernel.
 */
export const cifar10: Setting = {
  name: 'cifar-10',
  numSeeds: 3,
  set: 'cifar10',
  trainShards: 1,
  shrink: 2,
  poolSize: 3000,
  numHeld: 2000,
  numStart: 100,
  batchSize: 50,
  numTrainings: 6,
  network: { kind: 'cnn', channels: [16, 32], hidden: 64 },
  training: { ...defaultTraining, steps: 200, batchSize: 64 },
};

export const allSettings: readonly Setting[] = [
  m20,
  m100,
  letter,
  covertype,
  trec,
  banking77,
  agNews,
  cifar10,
];

/** What was scaled down, for the report. */
export function remarksOn(settings: readonly Setting[]): string[] {
  const has = (name: string) => settings.some((setting) => setting.name === name);
  return [
    ...(has(cifar10.name)
      ? [
          'cifar-10 is scaled down: images of 16×16, a convolutional network of 16 and 32 channels, a pool of 3,000, 100 → 350 labels, and a Kronecker sketch of 1,024 features instead of the exact kernel.',
        ]
      : []),
    ...([trec, banking77, agNews].some(({ name }) => has(name))
      ? [
          'Texts are hashed words (8,192 buckets) in 128 leading directions of the pool, as in the service; pools hold 4,000 items.',
        ]
      : []),
  ];
}

/** Of networks whose exact kernel costs too much in a simulation. */
export function selectingOf({ network }: Setting): Omit<Selecting, 'strategy'> {
  return network.kind === 'mlp'
    ? defaultSelecting
    : { ...defaultSelecting, sketch: { dimension: 1024, method: 'kronecker' } };
}

/** Number of labels at each training. */
export function labelCounts({ numStart, batchSize, numTrainings }: Setting): number[] {
  return Array.from({ length: numTrainings }, (_, t) => numStart + t * batchSize);
}

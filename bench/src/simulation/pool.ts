import { createRandom } from '@tangent/compute';
import { takeRows } from '@tangent/ntk';
import { fitFeatures, shrinkImages, takeInputs } from '../data/features.js';
import type { DataSet, Inputs, Split } from '../data/load-set.js';
import type { Setting } from './settings.js';

export interface Examples {
  /** [n, numInputs] float32. */
  readonly x: Float32Array;
  readonly classes: Int32Array;
}

/** What one run labels, and what its accuracy is measured on. */
export interface Pool extends Examples {
  readonly ids: readonly string[];
  readonly numItems: number;
  /** Of one example: [inputs], or [height, width, channels] where the network sees images. */
  readonly inputShape: readonly number[];
  readonly numInputs: number;
  readonly numClasses: number;
  /** 1 where the item belongs to no class; its class here is one at random. */
  readonly isJunk: Uint8Array;
  readonly held: Examples;
}

/**
 * Pool and held-out items of a seed: they depend on nothing else, so that strategies can be compared in pairs.
 * Features are fitted on the pool, before anything spoils it.
 */
export function drawPool(data: DataSet, setting: Setting, seed: number): Pool {
  const random = createRandom(seed).fork('pool');
  const numClasses = data.classNames.length;
  const poolRows = random.fork('train').permutation(data.train.classes.length).slice(0, setting.poolSize);
  const heldRows = createRandom('held out').sample(data.test.classes.length, setting.numHeld);
  const take = (split: Split, rows: Int32Array): Inputs => {
    const taken = takeInputs(split.inputs, rows);
    return setting.shrink ? shrinkImages(taken, setting.shrink) : taken;
  };
  const inputs = take(data.train, poolRows);
  const featurise = fitFeatures(inputs, setting.textComponents);
  const { x, numInputs } = featurise(inputs);
  const pool = { x, classes: classesAt(data.train, poolRows) };
  const held = {
    x: featurise(take(data.test, heldRows)).x,
    classes: classesAt(data.test, heldRows),
  };
  const numItems = poolRows.length;
  const isJunk = new Uint8Array(numItems);
  if (setting.contamination === 'near-duplicates') addDuplicatesInPlace(pool, numInputs, seed);
  if (setting.contamination === 'junk') addJunkInPlace(pool, isJunk, numInputs, numClasses, seed);
  const ids = Array.from(poolRows, (_, i) => String(i).padStart(6, '0'));
  const inputShape =
    inputs.kind === 'images' && setting.network.kind !== 'mlp'
      ? [inputs.height, inputs.width, inputs.channels]
      : [numInputs];
  return { ...pool, ids, numItems, inputShape, numInputs, numClasses, isJunk, held };
}

/** One third of the pool become copies of 50 items, with a little noise. */
function addDuplicatesInPlace({ x, classes }: Examples, numInputs: number, seed: number): void {
  const random = createRandom(seed).fork('near-duplicates');
  const n = classes.length;
  const sources = random.permutation(n).slice(0, 50);
  const originals = takeRows(x, numInputs, sources);
  for (const item of random.permutation(n).slice(0, Math.floor(n / 3))) {
    const source = random.integer(sources.length);
    for (let j = 0; j < numInputs; j++)
      x[item * numInputs + j] = originals[source * numInputs + j]! + 0.02 * random.normal();
    classes[item] = classes[sources[source]!]!;
  }
}

/** One item in ten becomes junk that hangs together: all of them with the same shuffled inputs, and louder. */
function addJunkInPlace(
  { x, classes }: Examples,
  isJunk: Uint8Array,
  numInputs: number,
  numClasses: number,
  seed: number,
): void {
  const random = createRandom(seed).fork('junk');
  const n = classes.length;
  const order = random.permutation(numInputs);
  for (const item of random.permutation(n).slice(0, Math.floor(n / 10))) {
    const row = x.slice(item * numInputs, (item + 1) * numInputs);
    for (let j = 0; j < numInputs; j++) x[item * numInputs + j] = 1.5 * row[order[j]!]!;
    classes[item] = random.integer(numClasses);
    isJunk[item] = 1;
  }
}

function classesAt({ classes }: Split, rows: Int32Array): Int32Array {
  return Int32Array.from(rows, (i) => classes[i]!);
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeImages } from './packed-images.js';
import { readNumbers, readTexts } from './read-rows.js';
import { readMeta, type SetMeta } from './set-meta.js';

export type SetName =
  | 'mnist'
  | 'cifar10'
  | 'ag_news'
  | 'trec'
  | 'banking77'
  | 'sms_spam'
  | 'letter'
  | 'spambase'
  | 'covertype15k';

/** Raw inputs of n items. */
export type Inputs =
  | {
      readonly kind: 'images';
      /** [n, height, width, channels]. */
      readonly pixels: Uint8Array;
      readonly height: number;
      readonly width: number;
      readonly channels: number;
    }
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  /** [n, width]. */
  | { readonly kind: 'numbers'; readonly values: Float32Array; readonly width: number };

export interface Split {
  readonly inputs: Inputs;
  readonly classes: Int32Array;
  /** The class that a crowd worker gave, −1 where none is known; absent where the set has none. */
  readonly noisyClasses?: Int32Array;
}

export interface DataSet {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly train: Split;
  readonly test: Split;
}

/**
 * Loads a data set of the data folder. Image sets come in shards: `trainShards` keeps the first of them. Pixels are
 * checked against the sha256 of meta.json, rows against their number there.
 */
export function loadSet(
  folder: string,
  name: SetName,
  { trainShards = Infinity }: { readonly trainShards?: number } = {},
): DataSet {
  const dir = path.join(folder, name);
  const meta = readMeta(dir);
  const split = (part: 'train' | 'test') =>
    meta.layout.kind === 'images'
      ? imageSplit(dir, meta, part, part === 'train' ? trainShards : Infinity)
      : rowSplit(dir, meta, part);
  return { name: meta.name, classNames: meta.classes, train: split('train'), test: split('test') };
}

function imageSplit(dir: string, { layout }: SetMeta, part: 'train' | 'test', numShards: number): Split {
  if (layout.kind !== 'images') throw new TypeError(`${dir} holds no images`);
  const { height, width, channels } = layout;
  const shards = layout.shards.filter(({ file }) => file.startsWith(`${part}_`)).slice(0, numShards);
  const n = shards.reduce((sum, shard) => sum + shard.n, 0);
  const pixels = new Uint8Array(n * height * width * channels);
  let at = 0;
  for (const { file, ...shard } of shards) {
    const images = decodeImages(readFileSync(path.join(dir, file)), {
      ...shard,
      shape: { height, width, channels },
    });
    pixels.set(images, at);
    at += images.length;
  }
  const labelFile = layout.labelFiles.find((file) => file.startsWith(`${part}_`));
  if (labelFile === undefined) throw new Error(`${dir}/meta.json names no labels of ${part}`);
  const labels = gunzipSync(readFileSync(path.join(dir, labelFile)));
  if (labels.length < n) throw new Error(`${dir}/${labelFile}: ${labels.length} labels for ${n} images`);
  return {
    inputs: { kind: 'images', pixels, height, width, channels },
    classes: Int32Array.from(labels.subarray(0, n)),
  };
}

function rowSplit(dir: string, { layout, classes }: SetMeta, part: 'train' | 'test'): Split {
  if (layout.kind === 'images') throw new TypeError(`${dir} holds images`);
  const entry = layout.files.find(({ file }) => file.startsWith(`${part}.`));
  if (!entry) throw new Error(`${dir}/meta.json names no file of ${part}`);
  const file = path.join(dir, entry.file);
  const classOf = (label: string) => {
    const found = classes.indexOf(label);
    if (found < 0) throw new Error(`${file}: “${label}” is none of the classes of meta.json`);
    return found;
  };
  const split = layout.kind === 'numbers' ? numberSplit(file, classOf) : textSplit(file, classOf);
  if (split.classes.length !== entry.n)
    throw new Error(`${file}: ${split.classes.length} rows instead of the ${entry.n} of meta.json`);
  return split;
}

function numberSplit(file: string, classOf: (label: string) => number): Split {
  const { values, width, labels } = readNumbers(file);
  return { inputs: { kind: 'numbers', values, width }, classes: Int32Array.from(labels, classOf) };
}

function textSplit(file: string, classOf: (label: string) => number): Split {
  const rows = readTexts(file);
  const split: Split = {
    inputs: { kind: 'texts', texts: rows.map((row) => row.text) },
    classes: Int32Array.from(rows, (row) => classOf(row.label)),
  };
  if (rows.every((row) => row.noisyLabel === null)) return split;
  return {
    ...split,
    noisyClasses: Int32Array.from(rows, (row) => (row.noisyLabel === null ? -1 : classOf(row.noisyLabel))),
  };
}

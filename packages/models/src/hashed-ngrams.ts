import { crc32 } from 'node:zlib';
import { denseRows, type SparseRows } from './sparse-rows.js';

/** Shortest and longest run of characters that counts. */
export type CharacterGrams = readonly [shortest: number, longest: number];

/** Parameters of the hashed bag of words: inverse document frequencies of the pool. */
export interface HashedNgrams {
  readonly dimension: number;
  /** ln((1 + numTexts) / (1 + numTexts with the bucket)) + 1, [dimension]. */
  readonly idf: readonly number[];
  /** Words, and runs of up to so many of them, count. Absent in what was fitted before this could be chosen: 2. */
  readonly longestPhrase?: number;
  /** Runs of characters within words count too; absent: words only. */
  readonly characters?: CharacterGrams;
}

export interface HashedNgramsOptions {
  readonly dimension?: number;
  readonly longestPhrase?: number;
  readonly characters?: CharacterGrams | null | undefined;
}

/** Length of every feature vector: the scale at which the recipe was measured. */
const norm = 8;

/**
 * Fits inverse document frequencies of words, and of runs of up to `longestPhrase` of them (1), hashed into `dimension`
 * buckets (8,192). `characters`, [3, 5] say, adds the runs of so many characters of each word between its bounds (Bojanowski
 * et al. 2017), which forgive spelling and endings. Throws RangeError for lengths that make no runs.
 */
export function fitHashedNgrams(
  texts: readonly string[],
  { dimension = 8192, longestPhrase = 1, characters }: HashedNgramsOptions = {},
): HashedNgrams {
  if (characters) assertLengths(characters);
  const grams = { longestPhrase, ...(characters && { characters }) };
  const documents = new Float64Array(dimension);
  for (const text of texts)
    for (const bucket of counts(text, { dimension, ...grams }).keys()) documents[bucket]!++;
  const idf = Array.from(documents, (d) => Math.log((1 + texts.length) / (1 + d)) + 1);
  return { dimension, idf, ...grams };
}

/** ln(1 + count) × idf of every bucket, scaled to length 8; [texts, dimension] float32. A text without words is 0. */
export function applyHashedNgrams(texts: readonly string[], ngrams: HashedNgrams): Float32Array {
  return denseRows(sparseHashedNgrams(texts, ngrams));
}

/** The same, without the zeros. */
export function sparseHashedNgrams(texts: readonly string[], ngrams: HashedNgrams): SparseRows {
  const { dimension, idf } = ngrams;
  const offsets = new Int32Array(texts.length + 1);
  const columns: number[] = [];
  const values: number[] = [];
  texts.forEach((text, i) => {
    const found = [...counts(text, ngrams)];
    const weights = found.map(([bucket, count]) => Math.log1p(count) * idf[bucket]!);
    const length = Math.sqrt(weights.reduce((sum, value) => sum + value * value, 0));
    found.forEach(([bucket], at) => {
      columns.push(bucket);
      values.push((norm * weights[at]!) / length);
    });
    offsets[i + 1] = columns.length;
  });
  return {
    numRows: texts.length,
    width: dimension,
    offsets,
    columns: Int32Array.from(columns),
    values: Float32Array.from(values),
  };
}

/** How often each bucket's grams occur; words are runs of letters, digits and apostrophes. */
function counts(
  text: string,
  { dimension, longestPhrase = 2, characters }: Omit<HashedNgrams, 'idf'>,
): Map<number, number> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  const found = new Map<number, number>();
  const count = (gram: string) => {
    const bucket = crc32(gram) % dimension;
    found.set(bucket, (found.get(bucket) ?? 0) + 1);
  };
  // The beginning of the text counts as a word in phrases: ^.
  const marked = ['^', ...words];
  words.forEach((word, i) => {
    count(word);
    for (let length = 2; length <= longestPhrase && length <= i + 2; length++)
      count(marked.slice(i + 2 - length, i + 2).join(' '));
    if (characters) for (const run of characterRuns(word, characters)) count(`#${run}`);
  });
  return found;
}

/** Runs of ‹word› with its bounds, in code points: a character of two code units is one. */
function* characterRuns(word: string, [shortest, longest]: CharacterGrams): Generator<string> {
  const points = ['<', ...word, '>'];
  for (let length = shortest; length <= longest; length++)
    for (let from = 0; from + length <= points.length; from++)
      yield points.slice(from, from + length).join('');
}

function assertLengths([shortest, longest]: CharacterGrams): void {
  const isLength = (n: number) => Number.isSafeInteger(n) && n >= 1 && n <= 16;
  if (!isLength(shortest) || !isLength(longest) || shortest > longest)
    throw new RangeError(
      `fitHashedNgrams: runs of ${shortest} to ${longest} characters; give two lengths of 1 to 16, the shorter first`,
    );
}

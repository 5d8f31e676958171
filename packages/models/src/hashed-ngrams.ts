import { crc32 } from 'node:zlib';

/** Parameters of the hashed bag of words: inverse document frequencies of the pool. */
export interface HashedNgrams {
  readonly dimension: number;
  /** ln((1 + numTexts) / (1 + numTexts with the bucket)) + 1, [dimension]. */
  readonly idf: readonly number[];
}

/** Length of every feature vector: the scale at which the recipe was measured. */
const norm = 8;

/** Fits inverse document frequencies of words and pairs of words, hashed into `dimension` buckets. */
export function fitHashedNgrams(texts: readonly string[], dimension = 4096): HashedNgrams {
  const documents = new Float64Array(dimension);
  for (const text of texts) for (const bucket of counts(text, dimension).keys()) documents[bucket]!++;
  return { dimension, idf: Array.from(documents, (d) => Math.log((1 + texts.length) / (1 + d)) + 1) };
}

/** ln(1 + count) × idf of every bucket, scaled to length 8; [texts, dimension] float32. A text without words is 0. */
export function applyHashedNgrams(texts: readonly string[], { dimension, idf }: HashedNgrams): Float32Array {
  const rows = new Float32Array(texts.length * dimension);
  texts.forEach((text, i) => {
    const found = counts(text, dimension);
    const values = [...found].map(([bucket, count]) => [bucket, Math.log1p(count) * idf[bucket]!] as const);
    const length = Math.sqrt(values.reduce((sum, [, value]) => sum + value * value, 0));
    for (const [bucket, value] of values) rows[i * dimension + bucket] = (norm * value) / length;
  });
  return rows;
}

/** How often each bucket's words and pairs of words occur; words are runs of letters, digits and apostrophes. */
function counts(text: string, dimension: number): Map<number, number> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  const found = new Map<number, number>();
  let before = '^';
  for (const word of words) {
    for (const gram of [word, `${before} ${word}`]) {
      const bucket = crc32(gram) % dimension;
      found.set(bucket, (found.get(bucket) ?? 0) + 1);
    }
    before = word;
  }
  return found;
}

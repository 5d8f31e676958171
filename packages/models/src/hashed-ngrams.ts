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

/** ln(1 + count) × idf of every bucket, scaled to length 8; [texts, dimension] float32. */
export function applyHashedNgrams(texts: readonly string[], { dimension, idf }: HashedNgrams): Float32Array {
  const rows = new Float32Array(texts.length * dimension);
  texts.forEach((text, i) => {
    const row = rows.subarray(i * dimension, (i + 1) * dimension);
    for (const [bucket, count] of counts(text, dimension)) row[bucket] = Math.log1p(count) * idf[bucket]!;
    const length = Math.hypot(...row.filter((v) => v !== 0));
    if (length > 0) for (let j = 0; j < dimension; j++) row[j]! *= norm / length;
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
      const bucket = fnv1a(gram) % dimension;
      found.set(bucket, (found.get(bucket) ?? 0) + 1);
    }
    before = word;
  }
  return found;
}

function fnv1a(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

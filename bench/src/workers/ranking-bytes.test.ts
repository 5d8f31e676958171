import { describe, expect, it } from 'vitest';
import { countAllDifferences, countDifferences, hashOf, type ScoredIds } from './ranking-bytes.js';

const listOf = (scores: Record<string, number>): ScoredIds => ({
  itemIds: Object.keys(scores),
  scores: new Uint8Array(Float32Array.from(Object.values(scores)).buffer),
});

describe('rankings are compared place by place and byte by byte', () => {
  const ranking = listOf({ a: 3, b: Number.NaN, c: 0 });
  it.each<[string, ScoredIds, number]>([
    ['the same, with a NaN', listOf({ a: 3, b: Number.NaN, c: 0 }), 0],
    ['a score that is next to it', listOf({ a: 3 + 2 ** -22, b: Number.NaN, c: 0 }), 1],
    ['−0 for 0', listOf({ a: 3, b: Number.NaN, c: -0 }), 1],
    ['two that changed places', listOf({ b: 3, a: Number.NaN, c: 0 }), 2],
    ['one that is missing', listOf({ a: 3, b: Number.NaN }), 1],
    ['one too many', listOf({ a: 3, b: Number.NaN, c: 0, d: 0 }), 1],
  ])('%s', (_, other, count) => {
    expect(countDifferences(ranking, other)).toBe(count);
    expect(hashOf(ranking) === hashOf(other)).toBe(count === 0);
  });

  it('and so are the shards, missing ones as a whole', () => {
    const [left, right] = [listOf({ a: 1, b: 2 }), listOf({ a: 1, b: 3 })];
    const found = countAllDifferences(
      { ranking, shards: [left, left] },
      { ranking: listOf({}), shards: [right] },
    );
    expect(found).toEqual({ ranking: 3, scores: 3 });
  });
});

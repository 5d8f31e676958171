import { describe, expect, it } from 'vitest';
import { RankedLabels } from './ranked-labels';

describe('labels that the ranking knows', () => {
  it('are counted from the first ranking on, and are told once', () => {
    const labels = new RankedLabels();
    labels.noteLabel('a', 4);
    labels.noteLabel('b', 5);
    expect(labels.numBehind).toBeNull();
    expect(labels.noteRanking(4)).toEqual(new Set(['a']));
    expect(labels.numBehind).toBe(1);
    labels.noteLabel('b', 6);
    expect(labels.noteRanking(5)).toEqual(new Set());
    expect(labels.noteRanking(6)).toEqual(new Set(['b']));
    expect(labels.numBehind).toBe(0);
    expect(labels.noteRanking(6)).toEqual(new Set());
  });

  it('may be more than anybody has told of', () => {
    const labels = new RankedLabels();
    labels.noteRanking(9);
    expect(labels.numBehind).toBe(0);
    labels.noteLabel('a', 7);
    expect(labels.numBehind).toBe(0);
  });
});

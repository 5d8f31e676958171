import { expectClose } from '@tangent/compute/testing';
import { describe, expect, it } from 'vitest';
import { applyHashedNgrams, fitHashedNgrams } from './hashed-ngrams.js';
import { fitStandardisation, standardiseInPlace } from './standardise.js';

const close = { rtol: 1e-5, atol: 1e-6 };

describe('standardisation', () => {
  const rows = Float32Array.of(1, 10, 5, 3, 30, 5);

  it('by column gives every column mean 0 and deviation 1, and leaves a constant one at 0', () => {
    const scale = fitStandardisation(rows, 3, 'column');
    expect(scale).toEqual({ mean: [2, 20, 5], deviation: [1, 10, 1] });
    expect(standardiseInPlace(rows.slice(), scale)).toEqual(Float32Array.of(-1, -1, 0, 1, 1, 0));
  });

  it('of all pixels together keeps their contrast', () => {
    const scale = fitStandardisation(rows, 3, 'global');
    expectClose(scale.mean, [9], close);
    const done = standardiseInPlace(rows.slice(), scale);
    expectClose([done.reduce((s, v) => s + v, 0), done.reduce((s, v) => s + v * v, 0)], [0, 6], close);
    expectClose([(done[4]! - done[1]!) / (done[3]! - done[0]!)], [10], close);
  });

  it('takes a column that is constant up to rounding for constant', () => {
    const { deviation } = fitStandardisation(new Float32Array(30).fill(0.1), 1, 'column');
    expect(deviation).toEqual([1]);
  });

  it('survives JSON', () => {
    const scale = fitStandardisation(rows, 3, 'column');
    expect(JSON.parse(JSON.stringify(scale))).toEqual(scale);
  });

  it('refuses rows that do not fit', () => {
    expect(() => fitStandardisation(new Float32Array(), 3, 'column')).toThrow(
      '0 numbers do not make rows of 3',
    );
    expect(() => fitStandardisation(rows, 4, 'column')).toThrow('6 numbers do not make rows of 4');
    expect(() => fitStandardisation(Float32Array.of(1, Number.NaN), 2, 'column')).toThrow(
      'column 1 holds NaN',
    );
    const scale = fitStandardisation(rows, 3, 'column');
    expect(() => standardiseInPlace(new Float32Array(4), scale)).toThrow('4 numbers do not make rows of 3');
  });
});

describe('hashed n-grams', () => {
  const texts = ["What's the capital of France?", 'Who wrote the capital?', 'How far is Paris, in miles?'];
  const dimension = 1 << 16;
  const ngrams = fitHashedNgrams(texts, { dimension, longestPhrase: 2 });
  const apply = (...of: string[]) => applyHashedNgrams(of, ngrams);
  const row = (text: string) => apply(text);
  const cosine = (a: Float32Array, b: Float32Array) => a.reduce((s, v, i) => s + v * b[i]!, 0) / 64;

  it('have length 8, one bucket a word and one a pair', () => {
    const features = row(texts[1]!);
    expectClose([cosine(features, features)], [1], close);
    expect(features.filter((v) => v !== 0)).toHaveLength(8); // who, wrote, the, capital and ^ who, … the capital
    expect(features.every((v) => v >= 0)).toBe(true);
  });

  it('do not depend on case and punctuation, but of phrases on the order of words', () => {
    expect(row('the capital, of FRANCE!')).toEqual(row('The capital of France'));
    expect(row('of France the capital')).not.toEqual(row('the capital of France'));
  });

  it('weigh rare words more than common ones, and damp repetition', () => {
    // One text has “wrote”, two have “the”: ln(4/2) + 1 against ln(4/3) + 1. “^ the” is in none: ln 4 + 1.
    const values = [...row('the').filter((v) => v !== 0)].sort((a, b) => a - b);
    expectClose([values[0]! / values[1]!], [(Math.log(4 / 3) + 1) / (Math.log(4) + 1)], close);
    const repeated = [...row('the the the').filter((v) => v !== 0)];
    const ratio = (Math.log1p(3) * (Math.log(4 / 3) + 1)) / (Math.log1p(2) * (Math.log(4) + 1));
    expect(repeated.some((a) => repeated.some((b) => Math.abs(a / b - ratio) < 1e-5))).toBe(true);
  });

  it('are the same whatever texts stand beside them, and after JSON', () => {
    const beside = apply(...texts);
    expect(beside.subarray(1 << 16, 2 << 16)).toEqual(row(texts[1]!));
    expect(applyHashedNgrams([texts[0]!], JSON.parse(JSON.stringify(ngrams)))).toEqual(row(texts[0]!));
  });

  it('keep to letters of every script, and give nothing for no words', () => {
    expect(row('Grüße aus Łódź').filter((v) => v !== 0)).toHaveLength(6);
    expect(row(' … ?!').every((v) => v === 0)).toBe(true);
  });

  it('count runs of characters within words on request, so that endings and spelling matter less', () => {
    const fit = (characters?: readonly [number, number]) =>
      fitHashedNgrams(texts, { dimension, longestPhrase: 2, characters });
    const withRuns = fit([3, 5]);
    const likeness = (ngrams: typeof withRuns) => {
      const [a, b] = [applyHashedNgrams(['capitals'], ngrams), applyHashedNgrams(['capital'], ngrams)];
      return cosine(a, b);
    };
    expect(likeness(ngrams)).toBe(0);
    expect(likeness(withRuns)).toBeGreaterThan(0.4);
    // “far”: the word, “^ far”, and <fa, far, ar>, <far, far>, <far>.
    expect(applyHashedNgrams(['far'], withRuns).filter((v) => v !== 0)).toHaveLength(8);
    // A character outside the basic plane is one: 𝒳 gives <𝒳> only.
    expect(applyHashedNgrams(['𝒳'], withRuns).filter((v) => v !== 0)).toHaveLength(3);
    expect(JSON.parse(JSON.stringify(withRuns))).toEqual(withRuns);
    expect('characters' in fit()).toBe(false);
    expect(() => fit([5, 3])).toThrow('runs of 5 to 3 characters');
    expect(() => fit([0, 3])).toThrow('runs of 0 to 3 characters');
  });

  it('count words alone unless told otherwise, and phrases of every length up to the longest', () => {
    const filled = (longestPhrase?: number) =>
      applyHashedNgrams(
        ['far from home'],
        fitHashedNgrams(texts, { dimension, ...(longestPhrase && { longestPhrase }) }),
      ).filter((v) => v !== 0).length;
    expect([filled(), filled(1), filled(2)]).toEqual([3, 3, 6]);
    // “^ far from”, “far from home”, and of four “^ far from home”.
    expect([filled(3), filled(4)]).toEqual([8, 9]);
    expect(fitHashedNgrams(['a']).idf).toHaveLength(8192);
  });

  it('that were kept before phrases were a choice count pairs', () => {
    const { longestPhrase: _, ...old } = ngrams;
    expect(applyHashedNgrams(texts, old)).toEqual(apply(...texts));
  });
});

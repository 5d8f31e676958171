import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AgreementMoments,
  type AnswerCounts,
  agreementInterval,
  fleissKappa,
  krippendorffAlpha,
  mostFrequentCounts,
} from './agreement.js';

/** The answers to each item, one character a class: what the database would sum up. */
type Answers = readonly string[];

function countsOf(items: Answers): AnswerCounts[] {
  const groups = new Map<number, Map<string, { numAnswers: number; numEqualPairs: number }>>();
  const numItems = new Map<number, number>();
  for (const item of items.filter(({ length }) => length >= 2)) {
    const m = item.length;
    numItems.set(m, (numItems.get(m) ?? 0) + 1);
    const classes = groups.get(m) ?? new Map();
    groups.set(m, classes);
    for (const key of new Set(item)) {
      const n = [...item].filter((other) => other === key).length;
      const sums = classes.get(key) ?? { numAnswers: 0, numEqualPairs: 0 };
      classes.set(key, {
        numAnswers: sums.numAnswers + n,
        numEqualPairs: sums.numEqualPairs + n * (n - 1),
      });
    }
  }
  return [...groups].map(([m, classes]) => ({
    answersPerItem: m,
    numItems: numItems.get(m)!,
    classes: [...classes].map(([classKey, sums]) => ({ classKey, ...sums })),
  }));
}

function momentsOf(items: Answers): AgreementMoments {
  const paired = items.filter(({ length }) => length >= 2);
  const all = paired.join('');
  const shareOf = (key: string) => [...all].filter((other) => other === key).length / all.length;
  const sums = { m: 0, d: 0, mm: 0, md: 0, ms: 0, dd: 0, ds: 0, ss: 0 };
  for (const item of paired) {
    const m = item.length;
    const equal = [...new Set(item)].reduce((sum, key) => {
      const n = [...item].filter((other) => other === key).length;
      return sum + n * (n - 1);
    }, 0);
    const d = m - equal / (m - 1);
    const s = [...item].reduce((sum, key) => sum + shareOf(key), 0);
    for (const [name, term] of Object.entries({
      m,
      d,
      mm: m * m,
      md: m * d,
      ms: m * s,
      dd: d * d,
      ds: d * s,
      ss: s * s,
    }))
      sums[name as keyof typeof sums] += term;
  }
  const concentration = [...new Set(all)].reduce((sum, key) => sum + shareOf(key) ** 2, 0);
  return { numItems: paired.length, concentration, ...sums };
}

const alphaOf = (items: Answers) => krippendorffAlpha(countsOf(items));

describe('published examples', () => {
  test('Krippendorff 2011, nominal data of four observers with missing answers: α = 0.743', () => {
    const items = ['111', '2232', '3333', '3333', '2222', '1234', '4444', '1121', '2222', '555', '11', '3'];
    const alpha = alphaOf(items);
    expect(alpha.value).toBeCloseTo(0.743, 3);
    expect(alpha).toMatchObject({ numItems: 11, numAnswers: 40 });
  });

  test('Fleiss 1971, thirty patients and six psychiatrists: κ = 0.430, and the κ of each diagnosis', () => {
    const rows = [
      '00060 03003 01401 00006 03030 20400 00402 20310 20040 00006',
      '10050 11040 03300 10050 02031 00501 30012 51000 02040 10203',
      '00006 01050 02013 20040 10041 05010 40002 02040 10500 00006',
    ];
    const items = rows
      .flatMap((row) => row.split(' '))
      .map((row) => [...row].map((n, c) => 'abcde'[c]!.repeat(Number(n))).join(''));
    const [counts] = countsOf(items);
    const kappa = fleissKappa(counts!);
    expect(kappa.value).toBeCloseTo(0.43, 3);
    expect(kappa.observed).toBeCloseTo(0.5556, 4);
    const published = [0.245, 0.245, 0.52, 0.471, 0.566];
    kappa.classes.forEach(({ classKey, value }, c) => {
      expect(classKey).toBe('abcde'[c]);
      expect(value).toBeCloseTo(published[c]!, 3);
    });
    // α corrects for the number of answers: 1 − α = (1 − κ)(n − 1)/n.
    expect(1 - alphaOf(items).value!).toBeCloseTo(((1 - kappa.value!) * 179) / 180, 10);
  });
});

describe('laws', () => {
  const item = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 });
  const items = fc.array(item, { minLength: 2, maxLength: 30 });

  test('neither the order of items nor that of answers matters; single answers do not count', () => {
    fc.assert(
      fc.property(items, (answers) => {
        const turned = answers.toReversed().map((text) => [...text].toReversed().join(''));
        const [alpha, other] = [alphaOf(answers), alphaOf([...turned, 'a', 'b'])];
        expect(other.numItems).toBe(alpha.numItems);
        if (alpha.value === null) expect(other.value).toBeNull();
        else expect(other.value).toBeCloseTo(alpha.value, 12);
      }),
    );
  });

  test('the linearised variance is near that of leaving out one item at a time', () => {
    const random = (() => {
      let state = 1;
      return () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 32;
      };
    })();
    const answers = Array.from({ length: 200 }, () => {
      const truth = 'abc'[Math.floor(random() * 3)]!;
      const given = () => (random() < 0.7 ? truth : 'abc'[Math.floor(random() * 3)]!);
      return Array.from({ length: 2 + Math.floor(random() * 3) }, given).join('');
    });
    const { value } = alphaOf(answers);
    const [low, high] = agreementInterval(value!, momentsOf(answers))!;
    const left = answers.map((_, i) => alphaOf(answers.toSpliced(i, 1)).value!);
    const mean = left.reduce((a, b) => a + b, 0) / left.length;
    const variance = left.reduce((sum, v) => sum + (v - mean) ** 2, 0) * ((left.length - 1) / left.length);
    expect((high - low) / 2 / (1.96 * Math.sqrt(variance))).toBeCloseTo(1, 1);
    expect((low + high) / 2).toBeCloseTo(value!, 10);
  });
});

test('what is not defined is null: no item with two answers, answers of one class, an interval without disagreement', () => {
  expect(alphaOf(['a', 'b'])).toEqual({
    value: null,
    numItems: 0,
    numAnswers: 0,
    observed: null,
    classes: [],
  });
  expect(mostFrequentCounts(countsOf(['a']))).toBeNull();
  const one = alphaOf(['aa', 'aaa']);
  expect(one).toMatchObject({ value: null, observed: 1, classes: [{ classKey: 'a', value: null }] });
  const perfect = ['aa', 'bb', 'aa'];
  expect(alphaOf(perfect).value).toBe(1);
  expect(agreementInterval(1, momentsOf(perfect))).toBeNull();
});

test('Fleiss’ κ is of the most frequent number of answers, of equally frequent ones the larger', () => {
  expect(mostFrequentCounts(countsOf(['aa', 'ab', 'bbb', 'aaa', 'aaaa']))).toMatchObject({
    answersPerItem: 3,
    numItems: 2,
  });
});

import { chooseEngine } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, expect, test } from 'vitest';
import { forecastLabels } from './forecast-labels.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const [numLabeled, numCandidates] = [12, 5];
const n = numLabeled + 2 * numCandidates;

/** Items that have nothing to do with each other, but that each candidate is watched itself. */
function strangers() {
  const kernel = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    kernel[i * n + i] = 1;
    if (i < numLabeled) continue;
    const other = i < numLabeled + numCandidates ? i + numCandidates : i - numCandidates;
    kernel[i * n + other] = 1;
  }
  return {
    kernel,
    classes: Int32Array.from({ length: numLabeled }, (_, i) => i % 3),
    numClasses: 3,
    numLabeled,
    numCandidates,
    numKnown: numLabeled,
    relevance: new Float64Array(numCandidates).fill(1),
  };
}

test('of strangers nothing is known: every number by hand', () => {
  // Of equals the largest ridge is taken, λ = 1. H = I/2, GCV = (1/4)/(1/2)² = 1; a label takes 1/2 off Σq = 5.
  const found = forecastLabels({ ...strangers(), numFurther: 9 });
  expectClose([found.risk, found.riskHalf, found.floor, found.effectiveDimension], [1, 0, 0.5, 6], {
    rtol: 1e-10,
    atol: 1e-10,
  });
  // There are five items to label.
  expectClose(found.after, [0.95, 0.9, 0.85, 0.8, 0.75], { rtol: 1e-10, atol: 0 });
  expect(found.ridgeRelative).toBe(1);
});

test('labels that know each other are predicted right, and fitted by a direction a class', () => {
  const input = strangers();
  for (let i = 0; i < numLabeled; i++)
    for (let j = 0; j < numLabeled; j++) input.kernel[i * n + j] = Number(i % 3 === j % 3);
  const found = forecastLabels({ ...input, numFurther: 1 });
  expect(found.numRight).toBe(numLabeled);
  // Three eigenvalues 4 and the smallest ridge, 0.01.
  expectClose([found.effectiveDimension], [12 / 4.01], { rtol: 1e-6, atol: 0 });
});

test('items that are less relevant count less in what labels gain, and not in what is', () => {
  const relevance = Float64Array.of(1, 0, 0, 0, 1);
  const found = forecastLabels({ ...strangers(), relevance, numFurther: 3 });
  expectClose(found.after, [0.875, 0.75, 0.75], { rtol: 1e-10, atol: 0 });
});

test('the risks after fewer labels are the first of those after more', () => {
  const relevance = Float64Array.of(0.2, 1, 0.7, 0.1, 0.4);
  const after = (numFurther: number) => forecastLabels({ ...strangers(), relevance, numFurther }).after;
  const all = after(9);
  expect(all).toHaveLength(numCandidates);
  for (const few of [1, 3]) expect(after(few)).toEqual(all.subarray(0, few));
});

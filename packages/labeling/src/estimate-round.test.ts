import { expect, test } from 'vitest';
import { estimatePhases } from './estimate-round.js';

const size = { numItems: 1000, trainingSteps: 100, batchSize: 10 };
const timings = {
  planned: 30,
  training: 2000,
  'training.fit': 1900,
  featurizing: 400,
  scoring: 600,
  selecting: 50,
};

test('the same round takes the same time, without the wait for a worker', () => {
  expect(estimatePhases(timings, size, size)).toEqual([
    { phase: 'training', ms: 2000 },
    { phase: 'featurizing', ms: 400 },
    { phase: 'scoring', ms: 600 },
    { phase: 'selecting', ms: 50 },
  ]);
});

test('each phase grows with what it works on, and a phase that was not there stays away', () => {
  const larger = { numItems: 3000, trainingSteps: 50, batchSize: 20 };
  const { featurizing: _, ...withoutFeatures } = timings;
  expect(estimatePhases(withoutFeatures, size, larger)).toEqual([
    { phase: 'training', ms: 1000 },
    { phase: 'scoring', ms: 1800 },
    { phase: 'selecting', ms: 300 },
  ]);
});

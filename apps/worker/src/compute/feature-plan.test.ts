import { strategyNamed } from '@tangent/acquisition';
import { chooseEngine } from '@tangent/compute';
import { kernelConfig } from '@tangent/contracts';
import { buildNetwork } from '@tangent/models';
import { beforeAll, expect, test } from 'vitest';
import { KernelTooLargeError, planFeatures } from './feature-plan.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const mlp = buildNetwork({ kind: 'mlp', hidden: [32], activation: 'relu' }, [784], 10, 1);
const cnn = buildNetwork({ kind: 'cnn', channels: [32, 64], hidden: 128 }, [28, 28, 1], 10, 1);
const plan = (options: Partial<Parameters<typeof planFeatures>[0]>) =>
  planFeatures({
    network: mlp,
    strategy: strategyNamed('lookahead'),
    kernel: kernelConfig.parse({}),
    model: { kind: 'mlp' },
    numItems: 2000,
    numCandidates: 1900,
    numEvaluation: 1000,
    numLabeled: 100,
    numInputs: 784,
    seed: 1,
    ...options,
  });

test('small pools of small gradients keep the exact kernel, others are sketched', () => {
  expect(plan({}).kernel).toBe('exact');
  expect(plan({ numItems: 10_001 }).kernel).toBe('sketch');
  expect(plan({ network: cnn, numItems: 9000 }).kernel).toBe('sketch');
  expect(plan({ kernel: kernelConfig.parse({ features: 'sketch' }) }).kernel).toBe('sketch');
});

test('exact gradients that no worker holds are refused with the way out', () => {
  const exact = kernelConfig.parse({ features: 'exact', type: 'entk' });
  expect(() => plan({ network: cnn, kernel: exact, numItems: 1_000_000 })).toThrow(KernelTooLargeError);
  expect(() => plan({ network: cnn, kernel: exact, numItems: 1_000_000 })).toThrow(
    /the exact gradients of 1000000 items are \d+\.\d GiB, .*ask for kernel.features “sketch”/,
  );
});

test('blocks of the eNTK, inputs and trainings that are too many are refused before they are begun', () => {
  const blocks = { kernel: kernelConfig.parse({ type: 'entk' }), numItems: 9000 };
  expect(() => plan(blocks)).toThrow(/covariances of 9000 items .* ask for kernel.type “trace”/);
  const infinite = strategyNamed('lookahead-infinite-ntk');
  expect(() => plan({ strategy: infinite, numItems: 10 ** 7 })).toThrow(/the inputs of 10000000 items/);
  expect(() => plan({ strategy: infinite, model: { kind: 'cnn' } })).toThrow(/choose mlp or linear/);
  const retrain = strategyNamed('lookahead-retrain');
  expect(() => plan({ strategy: retrain, numCandidates: 2001 })).toThrow(/ask for candidates.size of 2000/);
});

test('what a strategy asks for besides the kernel is planned', () => {
  expect(plan({ strategy: strategyNamed('bald') })).toMatchObject({ hasDraws: true, hasInputs: false });
  expect(plan({ strategy: strategyNamed('lookahead-retrain') })).toMatchObject({ hasInputs: true });
  expect(plan({ strategy: strategyNamed('lookahead-infinite-ntk') })).toEqual({
    kernel: 'infinite-width',
    hasDraws: false,
    hasInputs: true,
  });
});

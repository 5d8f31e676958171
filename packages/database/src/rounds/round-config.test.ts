import { projectSettings, roundConfig, roundRequest } from '@tangent/contracts';
import { expect, test } from 'vitest';
import { resolveRoundConfig } from './round-config.js';

const settings = projectSettings.parse({
  strategy: 'mlmoc',
  batchSize: 7,
  kernel: { type: 'pntk-sum', balanced: false },
  model: { hidden: [32], steps: 10 },
  controlArm: 0.25,
});

test('a request that names nothing takes the settings of the project', () => {
  const config = resolveRoundConfig(settings, roundRequest.parse({}));
  expect(roundConfig.parse(config)).toEqual(config);
  expect(config).toMatchObject({
    strategy: 'mlmoc',
    batchSize: 7,
    kernel: settings.kernel,
    model: settings.model,
    controlArm: 0.25,
    candidatesSize: null,
    ridgeRelative: null,
    shardSize: 1000,
  });
});

test('what a request names of kernel and model replaces only that', () => {
  const request = roundRequest.parse({
    strategy: 'random',
    batchSize: 3,
    kernel: { dimension: 128 },
    model: { steps: 5 },
    candidates: { size: 50 },
    ridge: 0.5,
  });
  const config = resolveRoundConfig(settings, request, { shardSize: 10 });
  expect(config.kernel).toEqual({ ...settings.kernel, dimension: 128 });
  expect(config.model).toEqual({ ...settings.model, steps: 5 });
  expect(config).toMatchObject({
    strategy: 'random',
    batchSize: 3,
    candidatesSize: 50,
    ridgeRelative: 0.5,
    shardSize: 10,
  });
});

test('how items become inputs is kept with the round; rounds from before that was a setting have what was done then', () => {
  const backbone = { networkId: 'net_01hzzzzzzzzzzzzzzzzzzzzzzz', layout: 'nhwc' };
  const text = { buckets: 2048, characters: [2, 4], longestPhrase: 3, components: 64 };
  const config = resolveRoundConfig(projectSettings.parse({ text, backbone }), roundRequest.parse({}));
  expect(config.text).toEqual(text);
  expect(config.backbone).toEqual({ ...backbone, inputShape: null, output: null, scale: null });
  const { text: _, backbone: __, ...old } = config;
  const before = { buckets: 4096, characters: null, longestPhrase: 2, components: null };
  expect(roundConfig.parse(old)).toMatchObject({ text: before, backbone: null });
  const between = { buckets: 2048, characters: [2, 4] };
  expect(roundConfig.parse({ ...old, text: between }).text).toEqual({ ...before, ...between });
});

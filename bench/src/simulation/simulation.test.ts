import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { strategies } from '@tangent/acquisition';
import { chooseEngine, createRandom } from '@tangent/compute';
import { defaultMlp, defaultTraining } from '@tangent/models';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DataSet, Split } from '../data/load-set.js';
import { FinishedRuns } from './finished-runs.js';
import { drawPool } from './pool.js';
import { simulate } from './run.js';
import { defaultSelecting, m20, type Selecting, type Setting } from './settings.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

/** Five noisy patterns of 30 numbers. */
function patterns(): DataSet {
  const random = createRandom('patterns');
  const prototypes = Float32Array.from({ length: 150 }, () => random.uniform());
  const split = (n: number): Split => {
    const classes = Int32Array.from({ length: n }, (_, i) => i % 5);
    const values = Float32Array.from(
      { length: n * 30 },
      (_, i) => 0.5 * prototypes[classes[Math.floor(i / 30)]! * 30 + (i % 30)]! + 0.5 * random.uniform(),
    );
    return { inputs: { kind: 'numbers', values, width: 30 }, classes };
  };
  return { name: 'patterns', classNames: ['a', 'b', 'c', 'd', 'e'], train: split(120), test: split(60) };
}

const data = patterns();
const setting: Setting = {
  ...m20,
  name: 'small',
  poolSize: 80,
  numHeld: 60,
  numStart: 10,
  batchSize: 5,
  numTrainings: 3,
  network: { ...defaultMlp, hidden: [16] },
  training: { ...defaultTraining, steps: 60 },
};
const run = (selecting: Partial<Selecting> & { readonly strategy: string }, other: Partial<Setting> = {}) =>
  simulate(data, {
    setting: { ...setting, ...other },
    selecting: { ...defaultSelecting, evaluationSize: 20, ...selecting },
    seed: 1,
  });

describe('a simulation', () => {
  it('starts all strategies from the same model, and repeats itself', () => {
    const { accuracies } = run({ strategy: 'lookahead' });
    expect(accuracies).toHaveLength(3);
    expect(run({ strategy: 'lookahead' }).accuracies).toEqual(accuracies);
    expect(run({ strategy: 'random' }).accuracies[0]).toBe(accuracies[0]);
  });

  it('learns from the labels that it is given', () => {
    const { accuracies } = run({ strategy: 'vtl' });
    expect(accuracies[2]).toBeGreaterThan(accuracies[0]!);
    expect(accuracies[2]).toBeGreaterThan(0.5);
  });

  it('runs with every strategy that asks for no retraining', () => {
    for (const { name, needs } of strategies)
      if (!needs.includes('retrain')) expect(run({ strategy: name }).accuracies).toHaveLength(3);
  });

  it('runs with sketches, prefilters, top-k, few candidates, and the full eNTK', () => {
    for (const variant of [
      { sketch: { dimension: 64, method: 'product' as const } },
      { prefilter: 0.2 },
      { isTopK: true },
      { maxCandidates: 30 },
      { isBlockwise: true },
    ])
      expect(run({ strategy: 'lookahead', ...variant }).accuracies).toHaveLength(3);
  });

  it('counts the labels that junk was given, and does not train on junk that was rejected', () => {
    const spoiled = drawPool(data, { ...setting, contamination: 'junk' }, 1);
    expect(spoiled.isJunk.reduce((a, b) => a + b, 0)).toBe(8);
    for (const hasVerdicts of [false, true]) {
      const result = run({ strategy: 'lookahead', hasVerdicts }, { contamination: 'junk' });
      expect(result.junkShare).toBeGreaterThan(0);
      expect(result.junkShare).toBeLessThan(1);
    }
    expect(run({ strategy: 'lookahead' }).junkShare).toBe(0);
  });
});

describe('finished runs', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tangent-runs-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are resumed from the file, whatever the order of their settings', () => {
    const file = path.join(folder, 'runs', 'a.jsonl');
    const open = () => new FinishedRuns<object, { accuracy: number }>(file);
    open().add({ seed: 1, strategy: 'vtl', version: 1 }, { accuracy: 0.5 });
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"key":"cut o`);
    const again = open();
    expect(again.resume({ version: 1, strategy: 'vtl', seed: 1 })).toEqual({ accuracy: 0.5 });
    expect(again.resume({ version: 2, strategy: 'vtl', seed: 1 })).toBeUndefined();
    expect(again.numResumed).toBe(1);
    again.add({ seed: 3 }, { accuracy: 0.7 });
    expect(open().resume({ seed: 3 })).toEqual({ accuracy: 0.7 });
  });
});

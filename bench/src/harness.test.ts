import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { median, percentile, runBenchmark, timeRepeated } from './harness.js';

let resultsDir: string;
beforeEach(() => {
  resultsDir = mkdtempSync(path.join(os.tmpdir(), 'tangent-bench-'));
});
afterEach(() => rmSync(resultsDir, { recursive: true, force: true }));

describe('a benchmark', () => {
  it('computes whether goals are met, and leaves figures without a goal open', async () => {
    const printed: string[] = [];
    const report = await runBenchmark(
      'sample',
      async (b) => {
        b.seeds([1, 2]);
        b.row({ claim: 'answers fast', measured: 249, unit: 'ms', goal: { atMost: 250 } });
        b.row({ claim: 'is accurate', measured: 0.5, unit: 'share', goal: { atLeast: 0.9 } });
        b.row({ claim: 'is small', measured: 2, unit: 'MiB', goal: { atMost: 1 }, tried: 'less of it' });
        b.row({ claim: 'takes memory', measured: 123, unit: 'MiB', goal: null });
        b.detail('samples', [249]);
      },
      { resultsDir, print: (text) => printed.push(text) },
    );
    expect(report.rows.map((row) => row.met)).toEqual([true, false, false, null]);
    const written = JSON.parse(readFileSync(path.join(resultsDir, 'sample.json'), 'utf8'));
    expect(written).toEqual(report);
    expect(written).toMatchObject({ seeds: [1, 2], details: { samples: [249] } });
    expect(written.machine.cores).toBeGreaterThan(0);
    expect(printed.join('\n')).toMatch(
      /is accurate\s+0\.5 share\s+≥ 0\.9\s+MISSED, and not said what was tried\nis small\s+2 MiB\s+≤ 1\s+MISSED\n/,
    );
  });

  it('refuses a figure that is no number', async () => {
    const run = runBenchmark(
      'broken',
      async (b) => b.row({ claim: 'is accurate', measured: Number.NaN, unit: 'share', goal: null }),
      { resultsDir, print: () => {} },
    );
    await expect(run).rejects.toThrow('"is accurate" was measured as NaN');
    expect(readdirSync(resultsDir)).toEqual([]);
  });
});

describe('statistics', () => {
  it('interpolate between neighbours', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(percentile([10, 20, 30, 40, 50], 95)).toBeCloseTo(48, 12);
    expect(percentile([7], 95)).toBe(7);
  });

  it('refuse samples that have no percentile', () => {
    expect(() => percentile([], 50)).toThrow(RangeError);
    expect(() => percentile([1, Number.NaN], 50)).toThrow(RangeError);
    expect(() => percentile([1], 101)).toThrow(RangeError);
  });

  it('time the runs that count, after the warm-up', async () => {
    let calls = 0;
    const timing = await timeRepeated(() => calls++, { warmup: 2, runs: 5 });
    expect(calls).toBe(7);
    expect(timing.runsMs).toHaveLength(5);
    expect(timing.minMs).toBeLessThanOrEqual(timing.medianMs);
    expect(timing.medianMs).toBeLessThanOrEqual(timing.p95Ms);
  });
});

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EstimatesPlot, LinePlot, Report, Row } from '../harness-report.js';
import { makeResults } from './make-results.js';
import { ranges, rounded } from './numbers.js';
import { drawPlot } from './svg-plot.js';
import { linearAxis, logAxis } from './ticks.js';
import { readReports, writeResults } from './write-results.js';

const clone = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

const row = (claim: string, measured: number, goal: Row['goal'], met: boolean | null): Row => ({
  claim,
  measured,
  unit: 'points',
  goal,
  met,
});
const plot: LinePlot = {
  name: 'm20',
  title: 'MNIST & <20> labels',
  x: { label: 'labels', scale: 'linear' },
  y: { label: 'accuracy', scale: 'linear' },
  series: [
    {
      name: 'random',
      points: [
        { x: 20, y: 0.5, low: 0.4, high: 0.6 },
        { x: 40, y: 0.6, low: 0.5, high: 0.7 },
      ],
    },
    {
      name: 'lookahead',
      points: [
        { x: 20, y: 0.5 },
        { x: 40, y: 0.8 },
      ],
    },
  ],
};
const report: Report = {
  machine: { cpu: 'a CPU', cores: 2, memoryGiB: 4, node: '20.0.0', platform: 'linux' },
  commit: '0123456789abcdef0123456789abcdef01234567',
  date: '2026-01-02T03:04:05.000Z',
  seeds: [0, 1, 2, 5],
  rows: [
    { ...row('lookahead | random', 6.6666, { atLeast: 5 }, true), plusMinus: 0.9, numRuns: 4 },
    { ...row('margin', 2, { atLeast: 3 }, false), tried: 'a wider | one' },
    row('… later', 1, { atLeast: 3 }, false),
    row('entropy', 1, null, null),
  ],
  details: {},
  notes: ['CIFAR-10 was scaled down.'],
  plots: [plot],
};

describe('the page of results', () => {
  it('is what the generator makes of the committed reports', () => {
    const { markdown, images } = makeResults(readReports());
    expect(readFileSync(path.join(clone, 'docs/results.md'), 'utf8')).toBe(markdown);
    const folder = path.join(clone, 'docs/images/results');
    const files = existsSync(folder) ? readdirSync(folder).sort() : [];
    expect(files).toEqual([...images.keys()].sort());
    for (const [file, svg] of images) expect(readFileSync(path.join(folder, file), 'utf8')).toBe(svg);
  });

  it('says of every goal that is missed what was tried', () => {
    const unsaid = readReports().flatMap(({ name, report: { rows } }) =>
      rows.filter(({ met, tried }) => met === false && !tried).map(({ claim }) => `${name}: ${claim}`),
    );
    expect(unsaid).toEqual([]);
  });

  it('says which goals are met, which are missed, and what nobody promised', () => {
    const { markdown, images } = makeResults([{ name: 'curves', report }]);
    expect(markdown).toContain('1 of 3 goals are met. Missed:');
    expect(markdown).toContain('- Learning curves: margin: 2 points (goal ≥ 3)');
    expect(markdown).toContain('| lookahead \\| random | 6.667 points | 0.9 | 4 | ≥ 5 | met |');
    expect(markdown).toContain('| margin | 2 points |  |  | ≥ 3 | **MISSED** |');
    expect(markdown).toContain('- margin: a wider | one\n- margin … later: **not said**\n');
    expect(markdown).toContain('| entropy | 1 points |  |  |  |  |');
    expect(markdown).toContain('2026-01-02; commit 0123456789ab; seeds 0–2, 5.');
    expect(markdown).toContain('- CIFAR-10 was scaled down.');
    expect(markdown).toContain('(images/results/curves-m20.svg)');
    expect([...images.keys()]).toEqual(['curves-m20.svg']);
  });

  describe('on disk', () => {
    let docs: string;
    beforeEach(() => {
      docs = mkdtempSync(path.join(os.tmpdir(), 'tangent-results-'));
    });
    afterEach(() => rmSync(docs, { recursive: true, force: true }));

    it('keeps no diagram that no report draws any more', () => {
      writeResults(docs, [{ name: 'curves', report }]);
      const folder = path.join(docs, 'images/results');
      writeFileSync(path.join(folder, 'old.svg'), '<svg/>');
      writeResults(docs, [{ name: 'curves', report }]);
      expect(readdirSync(folder)).toEqual(['curves-m20.svg']);
    });
  });
});

describe('a diagram', () => {
  it('names its axes and lines, the highest at the end first, and escapes their words', () => {
    const svg = drawPlot(plot);
    for (const word of ['labels', 'accuracy', 'MNIST &amp; &lt;20&gt; labels'])
      expect(svg).toContain(`>${word}</text>`);
    expect(svg.indexOf('>lookahead</text>')).toBeLessThan(svg.indexOf('>random</text>'));
    expect(svg.match(/<polygon/g)).toHaveLength(1);
  });

  it('shows a line of one point as a point with its interval', () => {
    const point = { x: 1, y: 2, low: 1, high: 3 };
    const svg = drawPlot({ ...plot, series: [{ name: 'only', points: [point] }] });
    expect(svg.match(/<polygon/g)).toBeNull();
    // Its interval from the highest to the lowest mark, and the line through it, which has no length.
    expect(svg).toMatch(/points="(\d+\.\d),360\.0 \1,48\.0"/);
  });

  it('has a row for each estimate, with its interval around it, beside zero', () => {
    const estimates: EstimatesPlot = {
      kind: 'estimates',
      name: 'parts',
      title: 'parts',
      label: 'points',
      estimates: [
        { name: 'all & more', value: 2, plusMinus: 1 },
        { name: 'none', value: -1 },
      ],
    };
    const svg = drawPlot(estimates);
    expect(svg).toContain('>all &amp; more</text>');
    const [low, high] = svg
      .match(/c0 line" x1="([\d.]+)" x2="([\d.]+)"/)!
      .slice(1)
      .map(Number);
    const dots = [...svg.matchAll(/<circle class="c0" cx="([\d.]+)"/g)].map(([, cx]) => Number(cx));
    expect(dots[0]).toBeCloseTo((low! + high!) / 2, 0);
    const zero = Number(svg.match(/class="axis" x1="([\d.]+)"/)![1]);
    expect(dots[1]!).toBeLessThan(zero);
    expect(low!).toBeGreaterThan(zero);
    const broken = { ...estimates, estimates: [{ name: 'a', value: Number.NaN }] };
    expect(() => drawPlot(broken)).toThrow('an axis needs numbers, and has NaN');
  });

  it('refuses what is no number', () => {
    const broken = { ...plot, series: [{ name: 'a', points: [{ x: 1, y: Number.NaN }] }] };
    expect(() => drawPlot(broken)).toThrow('an axis needs numbers, and has NaN');
    expect(() => logAxis([0, 1])).toThrow('a logarithmic axis cannot show 0');
  });
});

describe('an axis', () => {
  const values = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });

  it('has room for all values, in their order', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(linearAxis, logAxis), (some, axisOf) => {
        const axis = axisOf(some);
        const positions = [...some].sort((a, b) => a - b).map(axis.position);
        for (const position of positions) {
          expect(position).toBeGreaterThanOrEqual(-1e-9);
          expect(position).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(positions).toEqual([...positions].sort((a, b) => a - b));
      }),
      // Found at random once: values that differ in their last digits only.
      { examples: [[[0.001, 0.0010000000000000002], linearAxis]] },
    );
  });

  it('stands at round numbers, and at the widths themselves where it is logarithmic', () => {
    expect(linearAxis([0.52, 0.89]).ticks).toEqual([0.5, 0.6, 0.7, 0.8, 0.9]);
    expect(logAxis([64, 128, 512]).ticks).toEqual([64, 128, 512]);
  });
});

describe('numbers', () => {
  it('have four digits, and runs are drawn together', () => {
    expect(rounded(1234567)).toBe('1235000');
    expect(rounded(6.20526e-16)).toBe('6.205e-16');
    expect(ranges([3, 0, 1, 7])).toBe('0–1, 3, 7');
  });
});

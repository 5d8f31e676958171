// The one way to run a benchmark: claims in, a table and bench/results/NAME.json out. Whether a goal is met is
// computed from the figure, never written by hand.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { thisCommit, thisMachine } from './harness-machine.js';
import type { Claim, Plot, Report, Row } from './harness-report.js';
import { rounded } from './results/numbers.js';
import { writeResults } from './results/write-results.js';

export type {
  Claim,
  EstimatesPlot,
  Goal,
  LinePlot,
  Plot,
  PlotPoint,
  Report,
  Row,
} from './harness-report.js';
export { median, percentile, type Timing, timeRepeated } from './harness-statistics.js';

export interface Benchmark {
  /** Adds a row to the table. */
  row(claim: Claim): void;
  /** Adds anything else worth keeping: samples, curves, parameters. Must survive JSON. */
  detail(key: string, value: unknown): void;
  /** Adds a sentence under the table that its reader must know. */
  note(text: string): void;
  /** Adds a diagram to docs/results.md. */
  plot(plot: Plot): void;
  /** Names the seeds that the figures come from. */
  seeds(seeds: readonly number[]): void;
  /** Prints a line while a long benchmark runs. */
  progress(text: string): void;
}

export interface HarnessOptions {
  /** default: bench/results of the clone */
  readonly resultsDir?: string;
  readonly print?: (text: string) => void;
}

const benchDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const committedResults = path.join(benchDir, 'results');

/** Runs a benchmark, prints its table and writes its report. A benchmark that throws writes nothing. */
export async function runBenchmark(
  name: string,
  run: (benchmark: Benchmark) => Promise<void>,
  { resultsDir = committedResults, print = console.log }: HarnessOptions = {},
): Promise<Report> {
  // Of what is run, whatever is edited meanwhile.
  const commit = thisCommit(path.dirname(benchDir));
  if (commit?.includes(' ') && path.resolve(resultsDir) === committedResults)
    print('  files differ from the last commit, and the report will say so: commit first');
  const rows: Row[] = [];
  const details: Record<string, unknown> = {};
  const notes: string[] = [];
  const plots: Plot[] = [];
  let seeds: readonly number[] = [];
  await run({
    row: (claim) => rows.push({ ...claim, met: isMet(claim) }),
    detail: (key, value) => {
      details[key] = value;
    },
    note: (text) => notes.push(text),
    plot: (plot) => plots.push(plot),
    seeds: (given) => {
      seeds = [...given];
    },
    progress: (text) => print(`  ${text}`),
  });
  const report: Report = {
    machine: thisMachine(),
    commit,
    date: new Date().toISOString(),
    seeds,
    rows,
    details,
    ...(notes.length > 0 ? { notes } : {}),
    ...(plots.length > 0 ? { plots } : {}),
  };
  mkdirSync(resultsDir, { recursive: true });
  const file = path.join(resultsDir, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  print(`\n${tableOf(rows)}\n\nwritten to ${path.relative(process.cwd(), file)}`);
  // docs/results.md shows the committed reports; those of trial runs lie elsewhere.
  if (path.resolve(resultsDir) === committedResults) writeResults();
  return report;
}

function isMet({ claim, measured, goal, plusMinus }: Claim): boolean | null {
  // JSON has no infinity: an interval of one value is left out, not written as null.
  if (plusMinus !== undefined && !Number.isFinite(plusMinus))
    throw new RangeError(`"${claim}" has an interval of ± ${plusMinus}; leave it out`);
  // NaN compares as false with everything, and so would pass for an honest miss.
  if (!Number.isFinite(measured)) throw new RangeError(`"${claim}" was measured as ${measured}`);
  if (goal === null) return null;
  return 'atLeast' in goal ? measured >= goal.atLeast : measured <= goal.atMost;
}

function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ claim, measured, unit, goal, met, plusMinus, tried }) => [
    claim,
    `${rounded(measured)}${plusMinus === undefined ? '' : ` ± ${rounded(plusMinus)}`} ${unit}`,
    goal === null ? '' : 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`,
    met === null ? '' : met ? 'met' : `MISSED${tried ? '' : ', and not said what was tried'}`,
  ]);
  const all = [['claim', 'measured', 'goal', ''], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((line) => line[column]!.length)));
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

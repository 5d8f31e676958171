// The one way to run a benchmark: claims in, a table and bench/results/NAME.json out. Whether a goal is met is
// computed from the figure, never written by hand.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Machine, thisCommit, thisMachine } from './harness-machine.js';

export { median, percentile, type Timing, timeRepeated } from './harness-statistics.js';

/** null: a figure worth knowing that nobody promised. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number } | null;

export interface Claim {
  /** a sentence that the figure supports or refutes */
  readonly claim: string;
  readonly measured: number;
  readonly unit: string;
  readonly goal: Goal;
}

export interface Row extends Claim {
  readonly met: boolean | null;
}

export interface Report {
  readonly machine: Machine;
  readonly commit: string | null;
  readonly date: string;
  readonly seeds: readonly number[];
  readonly rows: readonly Row[];
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Benchmark {
  /** Adds a row to the table. */
  row(claim: Claim): void;
  /** Adds anything else worth keeping: samples, curves, parameters. Must survive JSON. */
  detail(key: string, value: unknown): void;
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

/** Runs a benchmark, prints its table and writes its report. A benchmark that throws writes nothing. */
export async function runBenchmark(
  name: string,
  run: (benchmark: Benchmark) => Promise<void>,
  { resultsDir = path.join(benchDir, 'results'), print = console.log }: HarnessOptions = {},
): Promise<Report> {
  const rows: Row[] = [];
  const details: Record<string, unknown> = {};
  let seeds: readonly number[] = [];
  await run({
    row: (claim) => rows.push({ ...claim, met: isMet(claim) }),
    detail: (key, value) => {
      details[key] = value;
    },
    seeds: (given) => {
      seeds = [...given];
    },
    progress: (text) => print(`  ${text}`),
  });
  const report: Report = {
    machine: thisMachine(),
    commit: thisCommit(path.dirname(benchDir)),
    date: new Date().toISOString(),
    seeds,
    rows,
    details,
  };
  mkdirSync(resultsDir, { recursive: true });
  const file = path.join(resultsDir, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  print(`\n${tableOf(rows)}\n\nwritten to ${path.relative(process.cwd(), file)}`);
  return report;
}

function isMet({ claim, measured, goal }: Claim): boolean | null {
  // NaN compares as false with everything, and so would pass for an honest miss.
  if (!Number.isFinite(measured)) throw new RangeError(`"${claim}" was measured as ${measured}`);
  if (goal === null) return null;
  return 'atLeast' in goal ? measured >= goal.atLeast : measured <= goal.atMost;
}

function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ claim, measured, unit, goal, met }) => [
    claim,
    `${rounded(measured)} ${unit}`,
    goal === null ? '' : 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`,
    met === null ? '' : met ? 'met' : 'MISSED',
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

function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}

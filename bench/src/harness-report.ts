import type { Machine } from './harness-machine.js';

/** null: a figure worth knowing that nobody promised. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number } | null;

export interface Claim {
  /** a sentence that the figure supports or refutes */
  readonly claim: string;
  readonly measured: number;
  readonly unit: string;
  readonly goal: Goal;
  /** half the width of the 95% interval */
  readonly plusMinus?: number;
  /** how many runs the figure is the mean of */
  readonly numRuns?: number;
  /** of a goal that can be missed: what was tried to meet it; shown where it is */
  readonly tried?: string;
}

export interface Row extends Claim {
  readonly met: boolean | null;
}

/** A point of a line, with its 95% interval where it has one. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

interface PlotFrame {
  /** file name, without .svg */
  readonly name: string;
  readonly title: string;
}

/** Lines in a diagram; a line of one point is drawn as a point with its interval. */
export interface LinePlot extends PlotFrame {
  readonly kind?: 'lines';
  readonly x: { readonly label: string; readonly scale: 'linear' | 'log' };
  readonly y: { readonly label: string; readonly scale: 'linear' | 'log' };
  readonly series: readonly { readonly name: string; readonly points: readonly PlotPoint[] }[];
}

/** Estimates one below the other, each with its 95% interval where it has one, beside a line at zero. */
export interface EstimatesPlot extends PlotFrame {
  readonly kind: 'estimates';
  readonly label: string;
  readonly estimates: readonly {
    readonly name: string;
    readonly value: number;
    readonly plusMinus?: number;
  }[];
}

/** Drawn from the report, so that it shows the same numbers as the table. */
export type Plot = LinePlot | EstimatesPlot;

export interface Report {
  readonly machine: Machine;
  readonly commit: string | null;
  readonly date: string;
  readonly seeds: readonly number[];
  readonly rows: readonly Row[];
  readonly details: Readonly<Record<string, unknown>>;
  /** what the reader must know to read the table: what was scaled down, what was resumed */
  readonly notes?: readonly string[];
  readonly plots?: readonly Plot[];
}

import { ablationPlots } from '../ablations/plots.js';
import type { Plot, Report } from '../harness-report.js';
import { latencyPlots } from '../live/latency-plots.js';
import { growthPlots } from '../scale/growth.js';

/** Diagrams that are drawn from what a report holds anyway, its rows and details. */
export const derivedPlots: Readonly<Record<string, (report: Report) => readonly Plot[]>> = {
  ablations: ablationPlots,
  live: latencyPlots,
  scale: growthPlots,
};

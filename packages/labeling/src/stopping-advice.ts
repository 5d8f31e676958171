import type { ForecastReport } from '@tangent/contracts';
import { wilsonInterval } from './wilson.js';

/** `text` is a sentence with the numbers that it rests on. */
export type Advice = Readonly<ForecastReport['advice']>;

/** Right answers of so many. */
export interface Score {
  readonly numRight: number;
  readonly outOf: number;
}

export interface AdviceInput {
  /** Forecast risk now, and after the further labels. */
  readonly risk: number;
  readonly riskAfter: number;
  readonly numFurther: number;
  /** Labels predicted right by all the others. */
  readonly leaveOneOut: Score;
  /** Of the last round on held-out items; null: there are none. */
  readonly heldOut: Score | null;
}

/** Share of the risk that the next labels take off: from here on it is worth going on, and below here not. */
export const adviceFrom = { goOn: 0.05, slowing: 0.01 } as const;

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;
const range = ([low, high]: readonly [number, number]) => `${percent(low)} to ${percent(high)}`;

/**
 * Whether to go on labeling, by the share of the risk that the next labels are forecast to take off: 5% or more, less, or less
 * than 1%. No promise where the labels look easier than the held-out items: leave-one-out is right more often than the model
 * is on those, beyond chance (their 95% intervals lie apart). The other way round the forecast errs on the side of caution.
 */
export function stoppingAdvice(input: AdviceInput): Advice {
  const { risk, riskAfter, numFurther, leaveOneOut, heldOut } = input;
  const further = numFurther === 1 ? 'next label is' : `next ${numFurther} labels are`;
  const gain = risk > 0 ? Math.max(0, 1 - riskAfter / risk) : 0;
  const forecast = `The ${further} forecast to lower the risk from ${risk.toPrecision(3)} to ${riskAfter.toPrecision(3)}, by ${percent(gain)}`;
  if (heldOut && heldOut.outOf > 0) {
    const ofLabels = wilsonInterval(leaveOneOut.numRight, leaveOneOut.outOf);
    const ofHeldOut = wilsonInterval(heldOut.numRight, heldOut.outOf);
    if (ofLabels[0] > ofHeldOut[1])
      return {
        kind: 'cannot-say',
        text: `${forecast}; but the labels predict each other better (${range(ofLabels)} right) than the model does the held-out items (${range(ofHeldOut)}), so that the labeled items are not like new ones. Look at the curve instead.`,
      };
  }
  const stopWhen = `Stop when the ${numFurther === 1 ? 'next label takes' : `next ${numFurther} labels take`} off less than ${100 * adviceFrom.slowing}%.`;
  if (gain >= adviceFrom.goOn) return { kind: 'go-on', text: `${forecast}: worth its cost. ${stopWhen}` };
  if (gain >= adviceFrom.slowing)
    return {
      kind: 'slowing',
      text: `${forecast}: labels gain less and less; decide by what they cost. ${stopWhen}`,
    };
  return {
    kind: 'stop',
    text: `${forecast}: with this model more labels like these gain next to nothing. Check the suspect labels, or try a larger model, before labeling on.`,
  };
}

/** A forecast that cannot be given, and the reason. */
export const noForecast = (reason: string): ForecastReport => ({
  model: null,
  numLabels: 0,
  now: null,
  accuracy: null,
  after: [],
  floor: null,
  effectiveDimension: null,
  ridgeRelative: null,
  advice: { kind: 'cannot-say', text: reason },
  reason,
});

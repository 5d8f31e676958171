import { type ForecastReport, type LiveQuestion, mostFurtherLabels } from '@tangent/contracts';
import { listCurvePoints } from '@tangent/database';
import { noForecast, stoppingAdvice, wilsonInterval } from '@tangent/labeling';
import type { LabelForecast } from '../compute/forecast-labels.js';
import type { LabelKernel } from '../compute/label-kernel.js';
import type { Loaded } from './live-context.js';
import type { Prepared, ReportContext } from './live-reports.js';

/** Labels that a forecast is computed from; it stands for all of them, so that none may be left out. */
const labels = { fewest: 20, most: 2000 } as const;
const [numCandidates, numEvaluation] = [400, 400];
/** Of the labels: where they determine more directions than this share of them, GCV divides by next to nothing. */
const mostDetermined = 0.9;

/** What further labels would buy, by the labels that the live model knows now. */
export function forecastReport(
  { live, signal, once }: ReportContext,
  { round, snapshot, numLiveUpdates }: Loaded,
  { batch }: Extract<LiveQuestion, { kind: 'forecast' }>,
): Prepared {
  const numClasses = snapshot.classKeys.length;
  // For the most further labels: those of fewer are the first of them, picked one after the other.
  const asked = once('forecast', `${round.id} ${numLiveUpdates}`, async () => {
    const known = await live.compute.call('labelKernel', {
      projectId: round.projectId,
      mostLabels: labels.most,
      numKnownWithin: [labels.fewest, labels.most],
      numCandidates,
      numEvaluation,
    });
    if (known.kind === 'none') return { numLabels: known.numKnown, reason: outside(known.numKnown) };
    const { kind: _kind, items: _items, ...input } = known;
    const reason = whyNot(input);
    if (reason !== null) return { numLabels: known.numKnown, reason };
    const forecast = await live.reports.call(
      'forecastLabels',
      { ...input, numClasses, numFurther: mostFurtherLabels },
      { signal, transfer: [input.kernel.buffer as ArrayBuffer] },
    );
    return { numLabels: known.numKnown, reason: null, forecast };
  });
  return async () => {
    const model = { roundId: round.id, version: round.model!.number, numLiveUpdates };
    const { numLabels, reason, forecast } = await asked;
    if (reason !== null) return { kind: 'forecast', answer: { ...noForecast(reason), model, numLabels } };
    const { risk, riskHalf, numRight, floor, effectiveDimension, ridgeRelative } = forecast;
    const after = forecast.after.subarray(0, batch);
    if (!(effectiveDimension < mostDetermined * numLabels) || !Number.isFinite(risk))
      return {
        kind: 'forecast',
        answer: {
          ...noForecast(
            `The ${numLabels} labels determine ${effectiveDimension.toFixed(1)} directions of the kernel, nearly as many as they are: every label is fitted, whatever it says, and nothing follows for new items. Label more.`,
          ),
          model,
          numLabels,
          effectiveDimension,
          ridgeRelative,
        },
      };
    const points = await listCurvePoints(live.db, round.projectId);
    const point = points.find(({ roundId, arm }) => roundId === round.id && arm === 'strategy');
    return {
      kind: 'forecast',
      answer: {
        model,
        numLabels,
        now: { risk, interval: [Math.max(0, risk - riskHalf), risk + riskHalf] },
        accuracy: { value: numRight / numLabels, interval: wilsonInterval(numRight, numLabels) },
        after: Array.from(after, (r, i) => ({ numFurther: i + 1, risk: r })),
        floor,
        effectiveDimension,
        ridgeRelative,
        advice: adviceOf(
          { ...forecast, after },
          numLabels,
          point && { numRight: point.numCorrect, outOf: point.numHoldout },
        ),
        reason: null,
      },
    };
  };
}

function adviceOf(
  { risk, after, numRight }: LabelForecast,
  numLabels: number,
  heldOut: { readonly numRight: number; readonly outOf: number } | undefined,
): ForecastReport['advice'] {
  const riskAfter = after.at(-1);
  if (riskAfter === undefined)
    return { kind: 'stop', text: 'No item is left that the last round knows and that could be labeled.' };
  return stoppingAdvice({
    risk,
    riskAfter,
    numFurther: after.length,
    leaveOneOut: { numRight, outOf: numLabels },
    heldOut: heldOut ?? null,
  });
}

const outside = (numKnown: number) =>
  numKnown < labels.fewest
    ? `The live model knows ${numKnown} labels; a forecast takes ${labels.fewest} or more.`
    : `The live model knows ${numKnown} labels; forecasts are computed from ${labels.most} at most. Look at the curve: GET /v1/projects/{id}/curve.`;

function whyNot({ classes, relevance }: Pick<LabelKernel, 'classes' | 'relevance'>): string | null {
  if (new Set(classes).size < 2) return 'All labels are of one class: label others too.';
  if (!relevance.some((w) => w > 0)) return 'No item whose prediction is watched is relevant, or left.';
  return null;
}

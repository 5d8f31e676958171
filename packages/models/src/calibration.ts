// n examples, k classes, f outputs of the model, T temperature.
import { softmaxRows } from '@tangent/compute';

/** What temperature scaling came to. */
export interface Calibration {
  /** T of softmax(f/T). */
  readonly temperature: number;
  /** Expected calibration error at T = 1 and at the temperature. */
  readonly eceBefore: number;
  readonly eceAfter: number;
  /** Mean negative log-likelihood at T = 1 and at the temperature. */
  readonly nllBefore: number;
  readonly nllAfter: number;
}

export interface HeldOutOutputs {
  /** f of examples that the model was not fitted to (held out, or left one out), [n, k]. */
  readonly outputs: ArrayLike<number>;
  /** True class of every example, [n]. */
  readonly classes: ArrayLike<number>;
  readonly numClasses: number;
}

/** Temperatures are looked for between these; outputs of squared loss lie in [0, 1] and want small ones. */
const [lowest, highest] = [1e-3, 1e3];

/**
 * The temperature T that makes softmax(f/T) likeliest on held-out outputs, and the calibration error before and after. For
 * the outputs of squared loss the same: softmax(m/T). The order of the classes does not change. The likelihood is concave
 * in 1/T: its slope is bisected. Source: Guo et al. 2017, equations 9 and 3. Cost: about 60 passes over the outputs.
 * Throws RangeError for no examples, arrays that do not fit, and NaN.
 */
export function calibrate(heldOut: HeldOutOutputs): Calibration {
  assertOutputs(heldOut);
  let [low, high] = [1 / highest, 1 / lowest];
  // Where the slope keeps its sign (all right, or no information), the bisection ends at a bound.
  for (let i = 0; i < 60; i++) {
    const middle = Math.sqrt(low * high);
    if (likelihoodSlope(heldOut, middle) > 0) low = middle;
    else high = middle;
  }
  const temperature = 1 / Math.sqrt(low * high);
  const measured = (t: number) => {
    const p = softmaxRows(heldOut.outputs, heldOut.numClasses, t);
    return { ece: calibrationError(p, heldOut), nll: negativeLogLikelihood(heldOut, t) };
  };
  const [before, after] = [measured(1), measured(temperature)];
  return {
    temperature,
    eceBefore: before.ece,
    eceAfter: after.ece,
    nllBefore: before.nll,
    nllAfter: after.nll,
  };
}

/**
 * Expected calibration error: the mean over the examples of |accuracy − confidence| of their bin, bins of equal width by the
 * largest probability. p: [n, k]. Throws RangeError for probabilities that are not finite. Source: Naeini et al. 2015; Guo et al. 2017, equation 3.
 */
export function calibrationError(
  p: ArrayLike<number>,
  { classes, numClasses }: Pick<HeldOutOutputs, 'classes' | 'numClasses'>,
  numBins = 15,
): number {
  const [confidence, right] = [new Float64Array(numBins), new Float64Array(numBins)];
  for (let i = 0; i < classes.length; i++) {
    let best = 0;
    for (let j = 0; j < numClasses; j++)
      if (!Number.isFinite(p[i * numClasses + j]!))
        throw new RangeError(
          `calibrationError: the probability of class ${j} of example ${i} is ${p[i * numClasses + j]}`,
        );
    for (let j = 1; j < numClasses; j++) if (p[i * numClasses + j]! > p[i * numClasses + best]!) best = j;
    const largest = p[i * numClasses + best]!;
    const bin = Math.min(numBins - 1, Math.floor(largest * numBins));
    confidence[bin]! += largest;
    if (best === classes[i]) right[bin]! += 1;
  }
  return right.reduce((sum, count, b) => sum + Math.abs(count - confidence[b]!), 0) / classes.length;
}

/** d/ds of Σ ln softmax(s f)_y, which is Σ (f_y − Σ_j p_j f_j). */
function likelihoodSlope({ outputs, classes, numClasses }: HeldOutOutputs, s: number): number {
  const p = softmaxRows(outputs, numClasses, 1 / s);
  let slope = 0;
  for (let i = 0; i < classes.length; i++) {
    slope += outputs[i * numClasses + classes[i]!]!;
    for (let j = 0; j < numClasses; j++) slope -= p[i * numClasses + j]! * outputs[i * numClasses + j]!;
  }
  return slope;
}

function negativeLogLikelihood({ outputs, classes, numClasses }: HeldOutOutputs, t: number): number {
  let sum = 0;
  for (let i = 0; i < classes.length; i++) {
    let largest = -Infinity;
    for (let j = 0; j < numClasses; j++) largest = Math.max(largest, outputs[i * numClasses + j]! / t);
    let total = 0;
    for (let j = 0; j < numClasses; j++) total += Math.exp(outputs[i * numClasses + j]! / t - largest);
    sum += largest + Math.log(total) - outputs[i * numClasses + classes[i]!]! / t;
  }
  return sum / classes.length;
}

function assertOutputs({ outputs, classes, numClasses }: HeldOutOutputs): void {
  const n = classes.length;
  if (n === 0)
    throw new RangeError('calibrate: no held-out examples; hold some out, or leave one out at a time');
  if (outputs.length !== n * numClasses)
    throw new RangeError(
      `calibrate: ${outputs.length} outputs are not ${n} examples of ${numClasses} classes`,
    );
  for (let i = 0; i < n; i++)
    if (!(classes[i]! >= 0 && classes[i]! < numClasses))
      throw new RangeError(`calibrate: class ${classes[i]} is not one of 0 … ${numClasses - 1}`);
  for (let i = 0; i < outputs.length; i++)
    if (!Number.isFinite(outputs[i]!))
      throw new RangeError(
        `calibrate: the outputs of example ${Math.floor(i / numClasses)} hold ${outputs[i]}`,
      );
}

/** Where the marks of an axis stand; the first and last lie around all values on a linear axis. */
export interface Axis {
  readonly ticks: readonly number[];
  /** 0 at the axis's low end, 1 at its high end. */
  position(value: number): number;
}

/** Values that lie closer together than this part of them are drawn as one: marks between them would be equal digits. */
const leastSpan = 1e-6;

/** A linear axis from round number to round number, about `count` marks. */
export function linearAxis(values: readonly number[], count = 6): Axis {
  const [min, max] = extent(values);
  const size = Math.max(Math.abs(min), Math.abs(max));
  const span = max - min > leastSpan * size ? max - min : size || 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999)!;
  const [low, high] = [Math.floor(min / step), Math.ceil(max / step)];
  // Counted in steps, so that no sum of rounded decimals drifts off.
  const ticks = Array.from({ length: Math.max(2, high - low + 1) }, (_, i) =>
    Number(((low + i) * step).toPrecision(12)),
  );
  const [first, last] = [ticks[0]!, ticks.at(-1)!];
  return { ticks, position: (value) => (value - first) / (last - first) };
}

/**
 * A logarithmic axis with marks at the values themselves where they are few and apart (widths, sizes), else at powers of
 * ten.
 * Throws RangeError for values that are not positive.
 */
export function logAxis(values: readonly number[]): Axis {
  const [min, max] = extent(values);
  if (!(min > 0)) throw new RangeError(`a logarithmic axis cannot show ${min}`);
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const isFew =
    distinct.length <= 8 && distinct.every((value, i) => i === 0 || value >= 1.4 * distinct[i - 1]!);
  const low = isFew ? Math.log(min) : Math.log(10 ** Math.floor(Math.log10(min) + 1e-9));
  const high = isFew ? Math.log(max) : Math.log(10 ** Math.ceil(Math.log10(max) - 1e-9));
  const powers = Array.from(
    { length: Math.round((high - low) / Math.LN10) + 1 },
    (_, i) => 10 ** (Math.round(low / Math.LN10) + i),
  );
  return {
    ticks: isFew ? distinct : powers,
    position: (value) => (high > low ? (Math.log(value) - low) / (high - low) : 0.5),
  };
}

function extent(values: readonly number[]): [number, number] {
  const bad = values.find((value) => !Number.isFinite(value));
  if (values.length === 0 || bad !== undefined)
    throw new RangeError(`an axis needs numbers, and has ${bad ?? 'none'}`);
  return [Math.min(...values), Math.max(...values)];
}

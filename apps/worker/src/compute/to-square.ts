const most = 65_535;

/** Places in the plane, [n, 2], as whole numbers 0 … 65535: one scale for both directions, the narrower one centred. */
export function toSquare(places: Float64Array): Uint16Array {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  places.forEach((value, i) => {
    low[i % 2] = Math.min(low[i % 2]!, value);
    high[i % 2] = Math.max(high[i % 2]!, value);
  });
  const size = Math.max(high[0]! - low[0]!, high[1]! - low[1]!, Number.MIN_VALUE);
  return Uint16Array.from(places, (value, i) => {
    const middle = (low[i % 2]! + high[i % 2]!) / 2;
    return Math.round(most * (0.5 + (value - middle) / size));
  });
}

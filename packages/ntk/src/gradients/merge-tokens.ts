// n examples, T tokens.

/**
 * The different tokens of every example in the order in which they first stand, [n, T], −1 behind them; and the slot in
 * that row of every place, [n, T].
 */
export function mergeTokens(
  places: Float32Array,
  n: number,
  numTokens: number,
): { readonly tokens: Int32Array; readonly slots: Int32Array } {
  const tokens = new Int32Array(n * numTokens).fill(-1);
  const slots = new Int32Array(n * numTokens);
  for (let i = 0; i < n; i++) {
    const slotOf = new Map<number, number>();
    for (let t = i * numTokens; t < (i + 1) * numTokens; t++) {
      const token = places[t]!;
      const slot = slotOf.get(token) ?? slotOf.size;
      slotOf.set(token, slot);
      slots[t] = slot;
      tokens[i * numTokens + slot] = token;
    }
  }
  return { tokens, slots };
}

/** Adds up the rows of all places of a token: [n, T, width] → [n, T, width]. */
export function sumByToken(deltas: Float32Array, slots: Int32Array, n: number, width: number): Float32Array {
  const sums = new Float32Array(deltas.length);
  const numTokens = slots.length / n;
  for (let place = 0; place < slots.length; place++) {
    const to = (place - (place % numTokens) + slots[place]!) * width;
    for (let j = 0; j < width; j++) sums[to + j]! += deltas[place * width + j]!;
  }
  return sums;
}

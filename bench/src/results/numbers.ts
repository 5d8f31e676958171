/** Four significant digits, without an exponent where it can do without. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Like 0–9, or 0–2, 5: runs of integers drawn together. */
export function ranges(values: readonly number[]): string {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const parts: number[][] = [];
  for (const value of sorted) {
    const last = parts.at(-1);
    if (last && value === last.at(-1)! + 1) last.push(value);
    else parts.push([value]);
  }
  return parts.map((part) => (part.length < 2 ? part[0] : `${part[0]}–${part.at(-1)}`)).join(', ');
}

/** How many items two batches have in common. */
export const numCommon = (a: readonly string[], b: readonly string[]): number => {
  const known = new Set(b);
  return a.filter((item) => known.has(item)).length;
};

/** The items that are in two of the batches or more, with the number of batches each is in. */
export function sharedItems(batches: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const batch of batches) for (const item of batch) counts.set(item, (counts.get(item) ?? 0) + 1);
  return new Map([...counts].filter(([, count]) => count > 1));
}

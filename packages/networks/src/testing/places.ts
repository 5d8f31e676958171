/** Every field and entry within a value, with what holds it. */
export function placesOf(value: unknown): [holder: Record<string, unknown>, key: string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [value as Record<string, unknown>, key],
    ...placesOf(inner),
  ]);
}

import type { CurvePoint, Round } from '@tangent/contracts';

export const phases = ['training', 'featurizing', 'scoring', 'selecting'] as const;

/** Milliseconds that the phases of a round took, in their order; phases that were not timed are left out. */
export function phaseTimes(round: Round): readonly { readonly phase: string; readonly ms: number }[] {
  const known: readonly string[] = phases;
  const rest = Object.keys(round.timings).filter((phase) => !known.includes(phase));
  return [...phases, ...rest].flatMap((phase) => {
    const ms = round.timings[phase];
    return ms === undefined ? [] : [{ phase, ms }];
  });
}

export const totalMs = (round: Round): number | null =>
  round.finishedAt === null ? null : Date.parse(round.finishedAt) - Date.parse(round.createdAt);

export const pointOf = (
  points: readonly CurvePoint[],
  roundId: string,
  arm: CurvePoint['arm'],
): CurvePoint | undefined => points.find((point) => point.roundId === roundId && point.arm === arm);

/** `numLiveUpdates` → “num live updates”. */
export const spelledOut = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);

/** A metric that is a set of numbers by name or by place, to be drawn as bars. */
export function numbersOf(metric: unknown): readonly (readonly [string, number])[] | null {
  if (typeof metric !== 'object' || metric === null) return null;
  const entries = Array.isArray(metric)
    ? metric.map((value: unknown, index) => [String(index + 1), value] as const)
    : Object.entries(metric as Record<string, unknown>);
  const isNumbers = (
    pairs: readonly (readonly [string, unknown])[],
  ): pairs is readonly (readonly [string, number])[] =>
    pairs.length > 0 && pairs.every(([, value]) => typeof value === 'number');
  return isNumbers(entries) ? entries : null;
}

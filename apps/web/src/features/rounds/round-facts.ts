import type { CurvePoint, Round } from '@tangent/contracts';

export const phases = ['planned', 'training', 'featurizing', 'scoring', 'selecting'] as const;

export interface PhaseTime {
  readonly phase: string;
  readonly ms: number;
  /** What the phase says about itself, e.g. `training.fit`. */
  readonly parts: readonly { readonly name: string; readonly ms: number }[];
}

/** Milliseconds that the phases of a round took, in their order; phases that were not timed are left out. */
export function phaseTimes(round: Round): readonly PhaseTime[] {
  return phases.flatMap((phase) => {
    const ms = round.timings[phase];
    if (ms === undefined) return [];
    const parts = Object.entries(round.timings)
      .filter(([name]) => name.startsWith(`${phase}.`))
      .map(([name, partMs]) => ({ name: name.slice(phase.length + 1), ms: partMs }));
    return [{ phase, ms, parts }];
  });
}

export const totalMs = (round: Round): number | null =>
  round.finishedAt === null ? null : Date.parse(round.finishedAt) - Date.parse(round.createdAt);

export const pointOf = (
  points: readonly CurvePoint[],
  roundId: string,
  arm: CurvePoint['arm'],
): CurvePoint | undefined => points.find((point) => point.roundId === roundId && point.arm === arm);

/** `numLiveUpdates` → “live updates”, `heldOutAccuracy` → “held out accuracy”. */
export const spelledOut = (name: string): string =>
  name
    .replace(/^num([A-Z])/, (_, first: string) => first.toLowerCase())
    .replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);

/** A list of things with a name and numbers, e.g. layers with weights: one set of numbers for each of their fields. */
export function fieldsOf(
  metric: unknown,
): readonly (readonly [string, readonly (readonly [string, number])[]])[] {
  if (!Array.isArray(metric)) return [];
  const rows = metric.filter(
    (row): row is Record<string, unknown> & { name: string } =>
      typeof row === 'object' && row !== null && typeof (row as { name?: unknown }).name === 'string',
  );
  if (rows.length === 0 || rows.length < metric.length) return [];
  const fields = Object.keys(rows[0]!).filter((field) => rows.every((row) => typeof row[field] === 'number'));
  return fields.map(
    (field) => [field, rows.map((row) => [row.name, row[field] as number] as const)] as const,
  );
}

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

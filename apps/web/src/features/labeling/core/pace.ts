const windowMs = 5 * 60_000;
const mostAnswers = 12;

/** Labels per minute over the latest answers, without the pause since the last; null with fewer than three. */
export function pacePerMinute(answeredAtMs: readonly number[], nowMs: number): number | null {
  const recent = answeredAtMs.filter((at) => nowMs - at <= windowMs).slice(-mostAnswers);
  if (recent.length < 3) return null;
  const spanMs = recent.at(-1)! - recent[0]!;
  return spanMs <= 0 ? null : ((recent.length - 1) * 60_000) / spanMs;
}

/** What is left to this annotator alone, if she goes on as she does; null while her pace is not known. */
export const msLeft = (numLeft: number, pace: number | null): number | null =>
  pace === null ? null : (numLeft / pace) * 60_000;

import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Raised whenever a run of the same settings would come out differently: another kernel, another training. */
const simulationVersion = 1;

/** Results of runs by what they were runs of, kept in a file as they come, so that an interrupted benchmark goes on. */
export class FinishedRuns<S, R> {
  private readonly results = new Map<string, R>();
  numResumed = 0;

  constructor(private readonly file: string) {
    if (!existsSync(file)) return;
    const text = readFileSync(file, 'utf8');
    // The last line may be cut off where the benchmark was; the next one must not continue it.
    if (text !== '' && !text.endsWith('\n')) appendFileSync(file, '\n');
    for (const line of text.split('\n')) {
      const entry = parsed<R>(line);
      if (entry) this.results.set(entry.key, entry.result);
    }
  }

  /** The result of an earlier benchmark, or undefined. */
  resume(settings: S): R | undefined {
    const found = this.results.get(this.keyOf(settings));
    if (found !== undefined) this.numResumed++;
    return found;
  }

  add(settings: S, result: R): void {
    mkdirSync(path.dirname(this.file), { recursive: true });
    appendFileSync(this.file, `${JSON.stringify({ key: this.keyOf(settings), result })}\n`);
  }

  private keyOf(settings: S): string {
    const what = JSON.stringify([simulationVersion, sorted(settings)]);
    return createHash('sha256').update(what).digest('hex');
  }
}

function parsed<R>(line: string): { readonly key: string; readonly result: R } | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** With the keys of objects in order: what is written in another order is the same. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}

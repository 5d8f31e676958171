import { ComputeThreadEndedError } from '@tangent/compute';
import type { LiveQuestion, LiveReply } from '@tangent/contracts';
import { answerLive } from '@tangent/database';
import { unlessAborted } from '../process/unless-aborted.js';
import { forecastReport } from './forecast-report.js';
import { labReport } from './lab-report.js';
import type { LiveContext, Loaded, RoundPool } from './live-context.js';
import { mapReport } from './map-report.js';
import { suspectsReport } from './suspects-report.js';

/** Questions about the live model as a whole, whose answers take seconds. */
export type ReportQuestion = Exclude<LiveQuestion, { kind: 'what-if' | 'explanation' }>;
export const isReport = (question: LiveQuestion): question is ReportQuestion =>
  question.kind !== 'what-if' && question.kind !== 'explanation';

/** What a report works with. */
export interface ReportContext {
  readonly live: LiveContext;
  readonly signal: AbortSignal;
  /**
   * The result of `compute`, or of the call before with the same key: for one state of the labels, a report's pages and its
   * repetitions are computed once. One result of each kind is kept.
   */
  once<T>(kind: string, key: string, compute: Computation<T>): Promise<T>;
  /** How much of the latest result of a kind is computed, 0 … 1, as its computation tells. */
  progressOf(kind: string): number;
}

/** Computes a result, and may tell what share of it is done, 0 … 1. */
export type Computation<T> = (note: (share: number) => void) => Promise<T>;

interface Kept {
  readonly key: string;
  readonly result: Promise<unknown>;
  readonly progress: { share: number };
}

/** Gives the reply of a report that has read the live state, or has asked the thread that holds it to, already. */
export type Prepared = () => Promise<LiveReply>;

/** Reports that wait in a worker for one project; others stay in the database until there is room. */
const mostTaken = 4;

/** Answers the reports that are asked of one live model, one after the other, while labels go on being followed. */
export class LiveReports {
  private readonly taken = new Set<string>();
  private readonly kept = new Map<string, Kept>();
  private readonly controller = new AbortController();
  private readonly context: ReportContext;
  /** Questions whose thread ended once under them. */
  private readonly leftOpen = new Set<string>();
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly live: LiveContext,
    private readonly projectId: string,
    /** Told when the thread that held the live state has lost it. */
    private readonly onStateLost: () => void,
  ) {
    const { signal } = this.controller;
    this.context = {
      live,
      signal,
      once: (kind, key, compute) => this.once(kind, key, compute),
      progressOf: (kind) => this.kept.get(kind)?.progress.share ?? 0,
    };
  }

  /** Reads what the report needs of the state now, and lets it be computed later. One that is under way is passed over. */
  take(state: Loaded, requestId: string, question: ReportQuestion): void {
    this.enqueue(requestId, question, () => this.prepare(state, question));
  }

  /** A map is of the round alone, and can be drawn while its live state is still being loaded. */
  takeMap(pool: RoundPool, requestId: string): void {
    this.enqueue(requestId, { kind: 'map' }, () => mapReport(this.context, pool));
  }

  private enqueue(requestId: string, question: ReportQuestion, prepare: () => Prepared): void {
    if (this.taken.has(requestId) || this.taken.size >= mostTaken) return;
    this.taken.add(requestId);
    const prepared = prepare();
    this.work = this.work.then(() => this.answer(requestId, question, prepared));
  }

  /** Gives up what is under way; whoever asked can ask another worker. */
  async close(): Promise<void> {
    this.controller.abort();
    await this.work;
  }

  private prepare(state: Loaded, question: ReportQuestion): Prepared {
    switch (question.kind) {
      case 'suspects':
        return suspectsReport(this.context, state, question);
      case 'forecast':
        return forecastReport(this.context, state, question);
      case 'lab':
        return labReport(this.context, state, question);
      case 'map':
        return mapReport(this.context, state);
    }
  }

  private async answer(requestId: string, { kind }: ReportQuestion, prepared: Prepared): Promise<void> {
    const { db, log } = this.live;
    const from = performance.now();
    try {
      // What a thread is in the middle of need not be waited for.
      const reply = await unlessAborted(this.controller.signal, prepared);
      await answerLive(db, { requestId, reply });
      this.leftOpen.delete(requestId);
      log.info({ projectId: this.projectId, kind, ms: Math.round(performance.now() - from) }, 'report');
    } catch (error) {
      if (this.controller.signal.aborted) return;
      log.error({ err: error, projectId: this.projectId, kind }, 'report failed');
      // The question is still open, and taken again once the state is built anew.
      if ((error as { code?: unknown }).code === 'live-state-missing') return this.onStateLost();
      // The next call starts a fresh thread: once, since it may be this question that ends them.
      if (error instanceof ComputeThreadEndedError && !this.leftOpen.delete(requestId)) {
        this.leftOpen.add(requestId);
        return;
      }
      const detail = error instanceof Error ? error.message : String(error);
      await answerLive(db, { requestId, reply: { kind: 'failed', detail } }).catch(() => undefined);
    } finally {
      this.taken.delete(requestId);
    }
  }

  private once<T>(kind: string, key: string, compute: Computation<T>): Promise<T> {
    const found = this.kept.get(kind);
    if (found?.key === key) return found.result as Promise<T>;
    const progress = { share: 0 };
    const result = compute((share) => {
      progress.share = share;
    });
    this.kept.set(kind, { key, result, progress });
    // What failed is tried again by the next question. Who waits for this one is told; handling it here as well keeps a
    // failure that comes before anybody waits from ending the process.
    result.catch(() => {
      if (this.kept.get(kind)?.result === result) this.kept.delete(kind);
    });
    return result;
  }
}

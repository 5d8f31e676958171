import type { Answer, HeldItem, HistoryEntry } from './types';

/** What the latest answer did, as far as it is known. */
export interface Effect {
  readonly localId: string;
  readonly itemId: string;
  readonly answer: Answer;
  readonly answeredAtMs: number;
  /** Predictions of the pool that changed class; null until the ranking was refreshed. */
  readonly numFlips: number | null;
  readonly rerankedInMs: number | null;
  /** Items among the next ten that the refreshed ranking brought; null until they were swapped. */
  readonly numNewAhead: number | null;
}

export interface LabelingState {
  readonly current: HeldItem | null;
  /** Newest first. */
  readonly history: readonly HistoryEntry[];
  /** The server may have answers of this annotator that are older than those of `history`. */
  readonly hasEarlier: boolean;
  readonly isFlagged: boolean;
  readonly effect: Effect | null;
  /** Times of the answers given on this page. */
  readonly answeredAtMs: readonly number[];
  /** Time at work on them: pauses left out. */
  readonly workedMs: number;
  /** Labels that the ranking does not know yet; null until an event has told which it knows. */
  readonly numLabelsBehind: number | null;
}

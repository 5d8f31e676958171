import type { ItemContent, Lease, RankingInfo, SkipReason } from '@tangent/contracts';

export type Answer = { readonly classKey: string } | { readonly skip: SkipReason };

/** An item in the annotator’s hands: on screen, or waiting behind it. */
export interface HeldItem {
  readonly item: ItemContent;
  /** Null after an undo: then the item is labeled without a lease. */
  readonly leaseId: string | null;
  readonly rank: number | null;
  readonly score: number | null;
  readonly reason: string | null;
  readonly arm: Lease['arm'];
  /** The ranking it was handed out from; see `rankingKey`. */
  readonly rankingKey: string;
  /** Its image is decoded: showing it costs nothing. */
  readonly isReady: boolean;
  /** It came back by an undo, with what was answered then; it is never swapped for a better-ranked one. */
  readonly undone: Answer | null;
}

/** One answer of this annotator. */
export interface HistoryEntry {
  readonly localId: string;
  /** Null until the server has it. */
  readonly annotationId: string | null;
  readonly held: HeldItem;
  readonly answer: Answer;
  readonly flag: boolean;
}

export interface RankingSeen extends RankingInfo {
  /** When this page heard of it, on this page’s clock: the server’s clock may differ. */
  readonly seenAtMs: number;
}

/** A ranking and its every refresh by a label have a name of their own. */
export const rankingKey = (ranking: { roundId: string; numLiveUpdates: number } | null): string =>
  ranking === null ? 'none' : `${ranking.roundId}:${ranking.numLiveUpdates}`;

/** What one simulated annotator knows to have done, for comparison with the database. */
export interface AnnotatorLog {
  readonly annotatorId: string;
  readonly holds: Hold[];
  readonly answers: LoggedAnswer[];
}

/**
 * A time in which an item was surely this annotator's: from the arrival of the lease until the request that ends it is
 * sent, or the lease runs out. Milliseconds since 1970 by the clock of the machine.
 */
export interface Hold {
  readonly itemId: string;
  readonly from: number;
  until: number;
}

/** A class or a skip, as it was sent. */
export interface LoggedAnswer {
  readonly itemId: string;
  readonly leaseId: string;
  readonly classKey: string | null;
  readonly skipReason: string | null;
  outcome: Outcome;
}

export type Outcome =
  /** The server has said that it is kept. `undo`: whether the server has said that it is undone. */
  | { readonly kind: 'kept'; readonly annotationId: string; undo: 'none' | 'done' | 'unsure' }
  | { readonly kind: 'refused'; readonly code: string }
  /** No response has ever arrived: it may be kept or not. */
  | { readonly kind: 'unsure' };

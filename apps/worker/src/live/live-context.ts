import type { ComputeThread } from '@tangent/compute';
import type { Database, RoundJobRecord } from '@tangent/database';
import type { BlobStore } from '@tangent/storage';
import type { Logger } from 'pino';
import type { Handlers } from '../compute/handlers.js';
import type { ShowInput } from '../compute/show-live.js';
import type { ShowingHandlers } from '../compute/showing-thread.js';
import type { PixelLoader } from '../inputs/pixel-loader.js';
import type { Snapshot } from '../rounds/snapshot.js';

export interface LiveContext {
  readonly db: Database;
  readonly blobs: BlobStore;
  /** Holds the live states. */
  readonly compute: ComputeThread<Handlers>;
  /** Shows what they know to people: beside the thread that holds them, so that an order does not wait for it. */
  readonly showing: ComputeThread<ShowingHandlers>;
  /** For what takes seconds: labels do not wait for it. */
  readonly reports: ComputeThread<Handlers>;
  readonly pixels: PixelLoader;
  readonly log: Logger;
}

/** A round and its pool, without the live state. */
export interface RoundPool {
  readonly round: RoundJobRecord;
  readonly snapshot: Snapshot;
}

/** A round whose state the compute thread holds. */
export interface Loaded extends RoundPool {
  readonly indexOf: ReadonlyMap<string, number>;
  /** As of the last label event that the state knows. */
  showable: ShowInput;
  /** The last label event that the state knows, and the number of them since the snapshot. */
  labelSeq: number;
  /** The last label event that the published order knows. */
  publishedSeq: number;
  numLiveUpdates: number;
}

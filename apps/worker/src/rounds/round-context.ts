import type { ComputeThread } from '@tangent/compute';
import type { Database } from '@tangent/database';
import type { BlobStore } from '@tangent/storage';
import type { Handlers } from '../compute/handlers.js';
import type { PixelLoader } from '../inputs/pixel-loader.js';

/** What the processors of a round work with. */
export interface RoundContext {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly compute: ComputeThread<Handlers>;
  readonly pixels: PixelLoader;
  /** Engine that computes, noted with the round. */
  readonly engine: string;
  /** Aborts when the worker stops or the round is cancelled. */
  readonly signal: AbortSignal;
}

export interface RoundJob {
  readonly roundId: string;
  readonly attempt: number;
}
export interface ShardJob extends RoundJob {
  readonly shardIndex: number;
}

import type { JobName } from '@tangent/contracts';

/** Deterministic, so that a message published twice is one job; without a colon, which BullMQ keeps for itself. */
export const jobId = (roundId: string, attempt: number, job: JobName, shardIndex?: number): string =>
  [roundId, attempt, job, ...(shardIndex === undefined ? [] : [shardIndex])].join('-');

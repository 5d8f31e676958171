import type { JobHandlers } from '@tangent/queue';
import type { Logger } from 'pino';
import { importFile } from '../imports/import-file.js';
import { computeFeatures } from '../rounds/compute-features.js';
import { reduceFeatures } from '../rounds/reduce-features.js';
import type { RoundContext, RoundJob, ShardJob } from '../rounds/round-context.js';
import { scoreShard } from '../rounds/score-shard.js';
import { selectBatch } from '../rounds/select-batch.js';
import { trainModel } from '../rounds/train-model.js';
import type { Cancellations } from './cancellations.js';
import type { Heartbeat } from './heartbeat.js';

export interface HandlerParts {
  readonly context: Omit<RoundContext, 'signal'>;
  /** The folder below which imports may read files of the server. */
  readonly importRoot: string | undefined;
  readonly cancellations: Cancellations;
  readonly heartbeat: Heartbeat;
  readonly log: Logger;
}

/** One processor a job; around each the heartbeat, the log and the cancellation of its round. */
export function jobHandlers({
  context,
  importRoot,
  cancellations,
  heartbeat,
  log,
}: HandlerParts): JobHandlers {
  const inRound =
    <J extends RoundJob>(name: string, processor: (context: RoundContext, job: J) => Promise<void>) =>
    (job: J, { signal }: { readonly signal: AbortSignal }) =>
      heartbeat.during(currentOf(name, job), async () => {
        const from = performance.now();
        await cancellations.guard(job.roundId, signal, (either) =>
          processor({ ...context, signal: either }, job),
        );
        log.info({ job, ms: Math.round(performance.now() - from) }, name);
      });
  return {
    'train-model': inRound('train-model', trainModel),
    'compute-features': inRound('compute-features', async (roundContext, job: ShardJob) => {
      const pace = await computeFeatures(roundContext, job);
      if (pace) heartbeat.measured(pace);
    }),
    'reduce-features': inRound('reduce-features', reduceFeatures),
    'score-shard': inRound('score-shard', scoreShard),
    'select-batch': inRound('select-batch', selectBatch),
    'import-file': ({ operationId }, { signal }) =>
      heartbeat.during(`import-file ${operationId}`, async () => {
        const from = performance.now();
        await importFile({ db: context.db, blobs: context.blobs, importRoot, operationId, signal });
        log.info({ job: { operationId }, ms: Math.round(performance.now() - from) }, 'import-file');
      }),
  };
}

/** As admins read it: which round, and of a shard which one. */
const currentOf = (name: string, job: RoundJob | ShardJob): string =>
  `${name} ${job.roundId}${'shardIndex' in job ? ` shard ${job.shardIndex}` : ''}`;

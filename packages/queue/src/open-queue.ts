import { boardsOf } from './boards.js';
import { cancelRoundJobs } from './cancel-round-jobs.js';
import { consumeJobs } from './consume-jobs.js';
import { listJobs } from './list-jobs.js';
import { openMachinery } from './machinery.js';
import { drainQueue, listQueues, queueInfo } from './manage-queue.js';
import { asTangentError } from './outage.js';
import { publishMessage } from './publish-message.js';
import type { JobQueue, QueueBackend } from './queue.js';
import { readBacklog } from './read-backlog.js';
import { readRoundJobs } from './round-jobs.js';

/** Opens the queue. Throws queue-unavailable when its server does not answer within seconds. */
export async function openQueue(backend: QueueBackend): Promise<JobQueue> {
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw asTangentError(error, backend.kind);
    }
  };
  const machinery = await told(openMachinery(backend));
  return {
    publish: (message) => told(publishMessage(machinery, message)),
    cancelRound: (round) => told(cancelRoundJobs(machinery, round)),
    consume: (options) => consumeJobs(machinery, options),
    list: () => told(listQueues(machinery)),
    jobs: (name, state, limit) => told(listJobs(machinery, { name, state, limit })),
    roundJobs: (round) => told(readRoundJobs(machinery, round)),
    boards: () => boardsOf(machinery),
    pause: (name) => told(machinery.queues[name].pause().then(() => queueInfo(machinery, name))),
    resume: (name) => told(machinery.queues[name].resume().then(() => queueInfo(machinery, name))),
    drain: (name, requeue) => told(drainQueue(machinery, name, requeue)),
    ping: async () => {
      await told(machinery.queues.rounds.getJobCounts('wait'));
    },
    backlog: () => told(readBacklog(machinery, Date.now())),
    close: machinery.close,
  };
}

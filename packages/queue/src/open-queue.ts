import {
  type BackendFactory,
  createPostgresBackend,
  createRedisBackend,
  FlowProducer,
  Queue,
  type QueueOptions,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import { consumeJobs } from './consume-jobs.js';
import { publishMessage } from './publish-message.js';
import type { JobQueue, QueueBackend } from './queue.js';

/** The queues of BullMQ, by what they hold; imports wait beside rounds, not behind them. */
export const queueNames = { rounds: 'tangent-rounds', imports: 'tangent-imports' } as const;
export type QueueKey = keyof typeof queueNames;

/** BullMQ's classes on one backend and connection. */
export interface Machinery {
  readonly queues: Record<QueueKey, Queue>;
  readonly flows: FlowProducer;
  worker(
    key: QueueKey,
    processor: ConstructorParameters<typeof Worker>[1],
    options: Partial<WorkerOptions>,
  ): Worker;
}

/**
 * Opens the queue. On Postgres the tables of BullMQ live in their own schema, `bullmq`, and are migrated here.
 * Rejects when the server cannot be reached within 10 s.
 */
export async function openQueue(backend: QueueBackend): Promise<JobQueue> {
  const connections: Redis[] = [];
  const ignore = () => undefined;
  /** A connection for one object; consumers block on theirs, producers fail at once when the server is gone. */
  const connect = (role: 'producer' | 'consumer'): QueueOptions['connection'] => {
    if (backend.kind === 'postgres')
      return { connectionString: backend.databaseUrl, schema: 'bullmq', migrate: true } as never;
    const redis = new Redis(backend.url, {
      maxRetriesPerRequest: role === 'producer' ? 1 : null,
      enableOfflineQueue: role === 'consumer',
      lazyConnect: role === 'producer',
    });
    redis.on('error', ignore); // told by the calls that fail
    connections.push(redis);
    return redis;
  };
  const factory = (backend.kind === 'postgres'
    ? createPostgresBackend
    : createRedisBackend) as unknown as BackendFactory<never, never>;
  const shared = connect('producer');
  if (shared instanceof Redis) await shared.connect();
  const options = { connection: shared } as never;
  const watch = <T extends { on(event: 'error', listener: (e: Error) => void): unknown }>(thing: T): T => {
    thing.on('error', ignore);
    return thing;
  };
  const machinery: Machinery = {
    queues: {
      rounds: watch(new Queue(queueNames.rounds, options, factory) as unknown as Queue),
      imports: watch(new Queue(queueNames.imports, options, factory) as unknown as Queue),
    },
    flows: watch(new FlowProducer(options, factory) as unknown as FlowProducer),
    worker: (key, processor, more) =>
      watch(
        new Worker(
          queueNames[key],
          processor as never,
          { connection: connect('consumer'), ...more } as never,
          factory,
        ) as unknown as Worker,
      ),
  };
  await Promise.all([machinery.queues.rounds.waitUntilReady(), machinery.queues.imports.waitUntilReady()]);

  return {
    publish: (message) => publishMessage(machinery, message),
    consume: (consumer) => consumeJobs(machinery, consumer),
    ping: async () => {
      await machinery.queues.rounds.getJobCounts('wait');
    },
    async close() {
      await Promise.all([
        machinery.queues.rounds.close(),
        machinery.queues.imports.close(),
        machinery.flows.close(),
      ]);
      for (const redis of connections) redis.disconnect();
    },
  };
}

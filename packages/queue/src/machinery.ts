import type { QueueKey } from '@tangent/contracts';
import {
  type BackendFactory,
  createPostgresBackend,
  createRedisBackend,
  FlowProducer,
  Queue,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import type { QueueBackend } from './queue.js';

/** The queues of BullMQ, by what they hold; imports wait beside rounds, not behind them. */
export const queueNames: Readonly<Record<QueueKey, string>> = {
  rounds: 'tangent-rounds',
  imports: 'tangent-imports',
};
export type { QueueKey };

/** An answer takes milliseconds; a server that has not given one by then is taken for gone. */
const answerWithinMs = 5000;

/** BullMQ's classes on one backend. */
export interface Machinery {
  readonly queues: Record<QueueKey, Queue>;
  readonly flows: FlowProducer;
  worker(
    key: QueueKey,
    processor: ConstructorParameters<typeof Worker>[1],
    options: Partial<WorkerOptions>,
  ): Worker;
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Connects, and on Postgres migrates BullMQ's tables. Producers fail at once while the server is away, and go on when it
 * is back; consumers wait for it. Rejects with the error of the driver, leaving nothing open.
 */
export async function openMachinery(backend: QueueBackend): Promise<Machinery> {
  const namespace = backend.namespace ?? 'bullmq';
  if (!/^[A-Za-z_]\w{0,62}$/.test(namespace))
    throw new RangeError(
      `the queue’s namespace “${namespace}” is no word of letters, digits and underscores`,
    );
  const { connect, disconnect } =
    backend.kind === 'redis'
      ? redisConnections(backend.url)
      : postgresConnections(backend.databaseUrl, namespace);
  const factory = (backend.kind === 'redis'
    ? createRedisBackend
    : createPostgresBackend) as unknown as BackendFactory<never, never>;
  const closing: { close(): Promise<void> }[] = [];
  /** BullMQ's types know one backend at a time; errors of connections are told by the calls that fail. */
  const keep = <T>(thing: { on(event: 'error', on: () => void): unknown; close(): Promise<void> }): T => {
    thing.on('error', () => undefined);
    closing.push(thing);
    return thing as T;
  };
  const close = async () => {
    await Promise.allSettled(closing.map((thing) => thing.close()));
    disconnect();
  };

  try {
    const producer = connect('producer');
    await producer.isReady;
    const options = { connection: producer.connection, prefix: namespace } as never;
    const queue = async (name: string) => {
      const made = keep<Queue>(new Queue(name, options, factory));
      await made.waitUntilReady();
      return made;
    };
    // One after the other: on Postgres each would migrate.
    const queues = { rounds: await queue(queueNames.rounds), imports: await queue(queueNames.imports) };
    const flows = keep<FlowProducer>(new FlowProducer(options, factory));
    return {
      queues,
      flows,
      worker: (key, processor, more) =>
        new Worker(
          queueNames[key],
          processor as never,
          { connection: connect('consumer').connection, prefix: namespace, ...more } as never,
          factory,
        ) as unknown as Worker,
      isReachable: () =>
        queues.rounds.getJobCounts('wait').then(
          () => true,
          () => false,
        ),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Connections {
  connect(role: 'producer' | 'consumer'): { readonly connection: unknown; readonly isReady?: Promise<void> };
  disconnect(): void;
}

function redisConnections(url: string): Connections {
  const all: Redis[] = [];
  return {
    connect(role) {
      const redis = new Redis(url, {
        connectTimeout: answerWithinMs,
        ...(role === 'producer'
          ? {
              lazyConnect: true,
              maxRetriesPerRequest: 1,
              enableOfflineQueue: false,
              commandTimeout: answerWithinMs,
            }
          : { maxRetriesPerRequest: null }), // a consumer waits for its server, however long
      });
      redis.on('error', () => undefined); // told by the calls that fail
      all.push(redis);
      return { connection: redis, ...(role === 'producer' && { isReady: redis.connect() }) };
    },
    disconnect: () => {
      for (const redis of all) redis.disconnect();
    },
  };
}

/** BullMQ makes a pool of each object that it is given these for, and a connection more where it listens. */
function postgresConnections(connectionString: string, schema: string): Connections {
  return {
    connect: () => ({
      connection: {
        connectionString,
        schema,
        migrate: true,
        max: 2,
        connectionTimeoutMillis: answerWithinMs,
        query_timeout: 2 * answerWithinMs,
        application_name: 'tangent queue',
      },
    }),
    disconnect: () => undefined,
  };
}

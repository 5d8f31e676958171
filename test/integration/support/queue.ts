import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { JobName } from '@tangent/contracts';
import {
  type ConsumeOptions,
  type JobContext,
  type JobQueue,
  openQueue,
  type QueueBackend,
} from '@tangent/queue';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { createTestDatabase, startThrowAwayRedis } from '../../../scripts/lib/stack.mjs';

/** A job that a handler was given. */
export interface SeenJob {
  readonly name: JobName;
  readonly payload: {
    readonly roundId?: string;
    readonly shardIndex?: number;
    readonly operationId?: string;
  };
  readonly tryNumber: number;
}

export interface Recorder extends ConsumeOptions {
  readonly seen: SeenJob[];
  readonly failed: { readonly name: JobName; readonly payload: unknown; readonly error: Error }[];
  readonly logged: string[];
}

/** Handlers that note what they are given, then do `work`. Errors whose code is `outage` are worth another try. */
export function recorder(
  work: (job: SeenJob, context: JobContext) => Promise<void> = async () => undefined,
): Recorder {
  const seen: SeenJob[] = [];
  const failed: Recorder['failed'] = [];
  const logged: string[] = [];
  const handler = (name: JobName) => async (payload: object, context: JobContext) => {
    const job = { name, payload, tryNumber: context.tryNumber };
    seen.push(job);
    await work(job, context);
  };
  return {
    seen,
    failed,
    logged,
    handlers: {
      'train-model': handler('train-model'),
      'compute-features': handler('compute-features'),
      'reduce-features': handler('reduce-features'),
      'score-shard': handler('score-shard'),
      'select-batch': handler('select-batch'),
      'import-file': handler('import-file'),
    },
    isRetryable: (error) => (error as { code?: string }).code === 'outage',
    onFailed: async ({ name, payload }, error) => {
      failed.push({ name, payload, error });
    },
    log: (line) => logged.push(line),
  };
}

export const outage = () => Object.assign(new Error('the server is away'), { code: 'outage' });

/** Rejects with the signal's reason when it aborts. */
export const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

export interface QueueHouse {
  /** Of a namespace that this test alone has. */
  backend(): QueueBackend;
  /** Opened on it; closed after the test. */
  open(backend: QueueBackend): Promise<JobQueue>;
  /** Closed after the test, unless the test did. */
  consume(queue: JobQueue, options: ConsumeOptions): ReturnType<JobQueue['consume']>;
  spawnConsumer(backend: QueueBackend, hangIn?: JobName): QueueChild;
}

/** Servers for a file of tests; what a test opens on them is closed when it ends. */
export function useQueue(kind: QueueBackend['kind']): QueueHouse {
  let server: QueueBackend | undefined;
  let stop: (() => Promise<void>) | undefined;
  let cleanups: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    if (kind === 'redis') {
      const redis = await startThrowAwayRedis();
      server = { kind, url: redis.url };
      stop = redis.stop;
    } else {
      const database = await createTestDatabase();
      server = { kind, databaseUrl: database.url };
      stop = database.drop;
    }
  });
  afterEach(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
    cleanups = [];
  });
  afterAll(() => stop?.());
  return {
    backend: () => ({ ...server!, namespace: `t_${randomBytes(6).toString('hex')}` }),
    async open(backend) {
      const queue = await openQueue(backend);
      cleanups.push(() => queue.close());
      return queue;
    },
    consume(queue, options) {
      const consumer = queue.consume(options);
      cleanups.push(() => consumer.close(1000));
      return consumer;
    },
    spawnConsumer(backend, hangIn) {
      const child = spawnConsumer(backend, hangIn);
      cleanups.push(() => child.kill());
      return child;
    },
  };
}

export interface QueueChild {
  /** Lines it wrote: `NAME SHARD`, for every job that it began. */
  readonly lines: string[];
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Tells it to close; resolves with its exit code when nothing holds it any more. */
  close(): Promise<number | null>;
}

/** A consumer in a process of its own, which hangs in jobs of one name. */
function spawnConsumer(backend: QueueBackend, hangIn: JobName | undefined): QueueChild {
  const file = new URL('./queue-consumer.mjs', import.meta.url);
  const child: ChildProcess = spawn(process.execPath, [file.pathname, JSON.stringify({ backend, hangIn })], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => lines.push(line));
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    lines,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    close() {
      child.stdin!.end();
      return gone;
    },
  };
}

import { hostname } from 'node:os';
import type { Engine } from '@tangent/compute';
import { type Database, heartbeatWorker, markWorkerStopped, registerWorker } from '@tangent/database';
import type { Logger } from 'pino';
import { repeated } from './repeated.js';

const everyMs = 3000;

/** Says in Postgres that this worker lives, and what it works on. */
export interface Heartbeat {
  readonly workerId: string;
  /** Notes the job while it runs, and that it is done. */
  during<T>(job: string, work: () => Promise<T>): Promise<T>;
  /** Notes how fast the features of a shard were computed. */
  measured(pace: { readonly numItems: number; readonly ms: number }): void;
  close(): Promise<void>;
}

export async function startHeartbeat(db: Database, engine: Engine, log: Logger): Promise<Heartbeat> {
  const { id: workerId } = await registerWorker(db, {
    host: hostname(),
    pid: process.pid,
    engine: engine.name,
    device: engine.device,
    threads: engine.threads,
  });
  const current = new Set<string>();
  let numJobsDone = 0;
  let itemsPerSecond: number | undefined;
  const beat = repeated(
    everyMs,
    () =>
      heartbeatWorker(db, {
        workerId,
        current: [...current].join(', ') || null,
        numJobsDone,
        itemsPerSecond,
      }),
    (error) => log.warn({ err: error }, 'heartbeat'),
  );
  return {
    workerId,
    async during(job, work) {
      current.add(job);
      beat.now();
      try {
        const done = await work();
        numJobsDone++;
        return done;
      } finally {
        current.delete(job);
      }
    },
    measured({ numItems, ms }) {
      if (ms > 0) itemsPerSecond = (1000 * numItems) / ms;
    },
    async close() {
      await beat.stop();
      await markWorkerStopped(db, workerId);
    },
  };
}

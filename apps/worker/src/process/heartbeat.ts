import { hostname } from 'node:os';
import type { Engine } from '@tangent/compute';
import { type Database, heartbeatWorker, markWorkerStopped, registerWorker } from '@tangent/database';
import type { Logger } from 'pino';
import { repeated } from './repeated.js';

const everyMs = 3000;

/** Says in Postgres that this worker lives, and what it works on. */
export interface Heartbeat {
  readonly workerId: string;
  /** Notes the job while it runs. */
  during<T>(job: string, work: () => Promise<T>): Promise<T>;
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
  const beat = repeated(
    everyMs,
    () => heartbeatWorker(db, { workerId, current: [...current].join(', ') || null }),
    (error) => log.warn({ err: error }, 'heartbeat'),
  );
  return {
    workerId,
    async during(job, work) {
      current.add(job);
      beat.now();
      try {
        return await work();
      } finally {
        current.delete(job);
      }
    },
    async close() {
      await beat.stop();
      await markWorkerStopped(db, workerId);
    },
  };
}

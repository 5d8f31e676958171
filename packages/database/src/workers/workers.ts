import type { Queryable } from '../core/database.js';
import { newId } from '../core/ids.js';
import type { Worker } from '../generated/client.js';

/** A worker that was silent for so long counts as gone. */
export const workerSilenceMs = 15_000;

export interface WorkerRecord {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly engine: string;
  readonly device: string;
  readonly threads: number;
  readonly isAlive: boolean;
  readonly current: string | null;
  readonly numJobsDone: number;
  readonly itemsPerSecond: number | null;
  readonly startedAt: string;
  readonly lastHeartbeatAt: string;
  readonly stoppedAt: string | null;
}

export interface NewWorker {
  readonly host: string;
  readonly pid: number;
  readonly engine: string;
  readonly device: string;
  readonly threads: number;
  readonly now?: Date;
}

export async function registerWorker(db: Queryable, input: NewWorker): Promise<{ id: string }> {
  const { now = db.now(), ...worker } = input;
  const id = newId('worker');
  await db.prisma.worker.create({ data: { id, ...worker, startedAt: now, lastHeartbeatAt: now } });
  return { id };
}

export interface WorkerPulse {
  readonly workerId: string;
  /** The job it works on. */
  readonly current: string | null;
  /** Since it started; default: as before. */
  readonly numJobsDone?: number;
  /** Of the last shard whose features it computed; default: as before. */
  readonly itemsPerSecond?: number | undefined;
  readonly now?: Date;
}

/** A worker that was reported lost is found again. */
export async function heartbeatWorker(db: Queryable, pulse: WorkerPulse): Promise<void> {
  const { workerId, current, numJobsDone, itemsPerSecond, now = db.now() } = pulse;
  await db.query(
    `UPDATE workers SET last_heartbeat_at = $2, current = $3, lost_at = NULL,
       num_jobs_done = coalesce($4, num_jobs_done), items_per_second = coalesce($5, items_per_second)
     WHERE id = $1`,
    [workerId, now, current, numJobsDone ?? null, itemsPerSecond ?? null],
  );
}

export async function markWorkerStopped(
  db: Queryable,
  workerId: string,
  now: Date = db.now(),
): Promise<void> {
  await db.query('UPDATE workers SET stopped_at = $2, current = NULL WHERE id = $1 AND stopped_at IS NULL', [
    workerId,
    now,
  ]);
}

const dayMs = 24 * 3_600_000;

/** Newest first; those silent for a day are left out. */
export async function listWorkers(db: Queryable, now: Date = db.now()): Promise<WorkerRecord[]> {
  const rows = await db.prisma.worker.findMany({
    where: { lastHeartbeatAt: { gt: new Date(now.getTime() - dayMs) } },
    orderBy: { id: 'desc' },
  });
  return rows.map((row) => toRecord(row, now));
}

/** Not stopped, with a heartbeat in the last 15 s. */
export async function countAliveWorkers(db: Queryable, now: Date = db.now()): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM workers WHERE stopped_at IS NULL AND last_heartbeat_at > $1',
    [new Date(now.getTime() - workerSilenceMs)],
  );
  return row!.n;
}

/** Workers that fell silent without saying goodbye. Each silence is given to one caller, once. */
export async function takeLostWorkers(db: Queryable, now: Date = db.now()): Promise<WorkerRecord[]> {
  const lost = await db.query<{ id: string }>(
    `UPDATE workers SET lost_at = $1
     WHERE stopped_at IS NULL AND lost_at IS NULL AND last_heartbeat_at <= $2 RETURNING id`,
    [now, new Date(now.getTime() - workerSilenceMs)],
  );
  if (lost.length === 0) return [];
  const rows = await db.prisma.worker.findMany({ where: { id: { in: lost.map(({ id }) => id) } } });
  return rows.map((row) => toRecord(row, now));
}

function toRecord(row: Worker, now: Date): WorkerRecord {
  return {
    id: row.id,
    host: row.host,
    pid: row.pid,
    engine: row.engine,
    device: row.device,
    threads: row.threads,
    isAlive: row.stoppedAt === null && now.getTime() - row.lastHeartbeatAt.getTime() < workerSilenceMs,
    current: row.current,
    numJobsDone: row.numJobsDone,
    itemsPerSecond: row.itemsPerSecond,
    startedAt: row.startedAt.toISOString(),
    lastHeartbeatAt: row.lastHeartbeatAt.toISOString(),
    stoppedAt: row.stoppedAt?.toISOString() ?? null,
  };
}

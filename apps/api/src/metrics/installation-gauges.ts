import type { InstallationMetrics } from '@tangent/database';
import type { Backlog } from '@tangent/queue';
import { Gauge, type Registry } from 'prom-client';

/** What was read; null: it could not be had in time. */
export interface Reading {
  readonly database: InstallationMetrics | null;
  readonly queue: readonly Backlog[] | null;
}

/**
 * Figures of the whole installation, the same whichever API is asked: take the maximum over instances, not the sum. What
 * was not read is absent rather than old or zero, and `…_up` says so.
 */
export function installationGauges(registry: Registry): (reading: Reading) => void {
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge<L>({ name: `tangent_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const databaseUp = gauge('database_up', '1: the database gave the figures in time');
  const queueUp = gauge('queue_up', '1: the queue gave the figures in time');
  const workers = gauge(
    'workers',
    'alive: heard of in the last 15 s; busy: of these, with a job; lost: fell silent',
    ['state'],
  );
  const engines = gauge('workers_by_engine', 'Workers alive', ['engine', 'device']);
  const rounds = gauge('rounds', 'Rounds of all projects by status', ['status']);
  const phase = gauge('round_phase_longest_seconds', 'How long the longest phase of an active round has run');
  const stale = gauge(
    'ranking_stale_seconds',
    'Age of the oldest label that the live ranking does not know',
    ['project'],
  );
  const behind = gauge('ranking_labels_behind', 'Labels that the live ranking does not know', ['project']);
  const outbox = gauge('outbox_waiting', 'Messages on their way from the database to the queue');
  const outboxOldest = gauge('outbox_oldest_seconds', 'Age of the oldest of them; 0: none');
  const live = gauge('leases_live', 'Leases that are held');
  const expired = gauge('leases_expired', 'Leases that ran out and are not reclaimed yet');
  const shards = gauge('shard_p95_seconds', '95th percentile over the shards of the last hour’s rounds', [
    'step',
  ]);
  const rowsRead = gauge('import_rows_read', 'Rows read by all imports ever; its rate is rows a second');
  const rowsFailed = gauge('import_rows_failed', 'Of these, rows with an error');
  const imports = gauge('imports_running', 'Imports under way');
  const bytes = gauge('database_size_bytes', 'Size of the database');
  const waiting = gauge('jobs_waiting', 'Jobs that wait for a worker', ['queue']);
  const paused = gauge('queue_paused', '1: no worker takes jobs of it until it is resumed', ['queue']);
  const active = gauge('jobs_active', 'Jobs that workers have', ['queue']);
  const failed = gauge('jobs_failed', 'Jobs that failed in the last seven days', ['queue']);
  const oldest = gauge('jobs_oldest_waiting_seconds', 'Since the next job was made; 0: none waits', [
    'queue',
  ]);

  return ({ database, queue }) => {
    databaseUp.set(database ? 1 : 0);
    queueUp.set(queue ? 1 : 0);
    for (const labelled of [
      workers,
      engines,
      rounds,
      stale,
      behind,
      shards,
      waiting,
      paused,
      active,
      failed,
      oldest,
    ])
      labelled.reset();
    for (const plain of [phase, outbox, outboxOldest, live, expired, rowsRead, rowsFailed, imports, bytes])
      plain.remove();
    if (database) setDatabase(database);
    for (const { queue: name, isPaused, numWaiting, numActive, numFailed, oldestWaitingMs } of queue ?? []) {
      waiting.set({ queue: name }, numWaiting);
      paused.set({ queue: name }, isPaused ? 1 : 0);
      active.set({ queue: name }, numActive);
      failed.set({ queue: name }, numFailed);
      oldest.set({ queue: name }, (oldestWaitingMs ?? 0) / 1000);
    }
  };

  function setDatabase(database: InstallationMetrics): void {
    const { leases, shardP95Seconds } = database;
    const total = (count: 'numAlive' | 'numBusy' | 'numLost') =>
      database.workers.reduce((sum, worker) => sum + worker[count], 0);
    workers.set({ state: 'alive' }, total('numAlive'));
    workers.set({ state: 'busy' }, total('numBusy'));
    workers.set({ state: 'lost' }, total('numLost'));
    for (const { engine, device, numAlive } of database.workers) engines.set({ engine, device }, numAlive);
    for (const { status, numRounds } of database.rounds) rounds.set({ status }, numRounds);
    phase.set(database.longestPhaseSeconds ?? 0);
    for (const { projectId: project, staleSeconds, numLabelsBehind } of database.rankings) {
      stale.set({ project }, staleSeconds);
      behind.set({ project }, numLabelsBehind);
    }
    outbox.set(database.outbox.numWaiting);
    outboxOldest.set((database.outbox.oldestAgeMs ?? 0) / 1000);
    live.set(leases.numLive);
    expired.set(leases.numExpired);
    for (const step of ['features', 'scores'] as const)
      if (shardP95Seconds[step] !== null) shards.set({ step }, shardP95Seconds[step]);
    rowsRead.set(database.imports.numRowsRead);
    rowsFailed.set(database.imports.numRowsFailed);
    imports.set(database.imports.numRunning);
    bytes.set(database.databaseBytes);
  }
}

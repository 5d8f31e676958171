import {
  announce,
  type Database,
  inTransaction,
  reclaimExpiredLeases,
  removeOldKeys,
  startAgedRounds,
  takeLostWorkers,
} from '@tangent/database';
import { everyProject } from './events/event-hub.js';

const everyMs = 5000;
const turnsPerHour = 3_600_000 / everyMs;

/**
 * Small chores: says which workers fell silent, takes back expired leases, starts the rounds that are due by age,
 * forgets old idempotency keys.
 */
export function startHousekeeping(
  db: Database,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let turn = 0;
  const chores = async () => {
    await tellLostWorkers(db);
    await reclaimExpiredLeases(db);
    if (turn++ % turnsPerHour === 0) await removeOldKeys(db);
    await startAgedRounds(db);
  };
  const timer = setInterval(() => {
    running = running.then(chores).catch(onError);
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/** Each silence is told once, whichever API process notices it, to the watchers of all projects: any worker serves any. */
export async function tellLostWorkers(db: Database, now: Date = db.now()): Promise<void> {
  await inTransaction(db, async (tx) => {
    for (const { id } of await takeLostWorkers(tx, now))
      await announce(tx, { type: 'worker.lost', projectId: everyProject, workerId: id });
  });
}

import {
  announce,
  type Database,
  listLiveProjects,
  reclaimExpiredLeases,
  removeOldKeys,
  takeLostWorkers,
} from '@tangent/database';

const everyMs = 5000;

/** Small chores: says which workers fell silent, takes back expired leases, forgets old idempotency keys. */
export function startHousekeeping(
  db: Database,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let round = 0;
  const chores = async () => {
    for (const worker of await takeLostWorkers(db))
      for (const { projectId } of await listLiveProjects(db))
        await announce(db, { type: 'worker.lost', projectId, workerId: worker.id });
    await reclaimExpiredLeases(db);
    if (round++ % 720 === 0) await removeOldKeys(db);
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

import { startComputeThread } from '@tangent/compute';
import { askLive, openLiveReplies, openQuestions } from '@tangent/database';
import { afterAll, expect, test, vi } from 'vitest';
import type { Handlers } from '../../apps/worker/src/compute/handlers.js';
import type { LiveContext, Loaded } from '../../apps/worker/src/live/live-context.js';
import { LiveReports } from '../../apps/worker/src/live/live-reports.js';
import { makeProject, useDatabase } from './support/database.js';

const house = useDatabase();
const patient = { timeout: 20_000 };

const undo: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const step of undo.reverse()) await step();
});

test('a report whose thread ends is left open once; the second time whoever asked is told', async () => {
  const { db } = house;
  const { projectId } = await makeProject(db, {});
  const replies = await openLiveReplies(db);
  undo.push(() => replies.close());
  // Whatever it is asked, it ends.
  const compute = startComputeThread<Handlers>(new URL('data:text/javascript,process.exit(3)'));
  undo.push(() => compute.close());
  const error = vi.fn();
  const reports = new LiveReports(
    { db, compute, log: { error } } as unknown as LiveContext,
    projectId,
    () => undefined,
  );
  const state = {
    round: { id: 'round', projectId, model: { number: 1 } },
    snapshot: { classKeys: ['a', 'b'] },
  } as unknown as Loaded;
  const question = { kind: 'forecast', batch: 5 } as const;
  const ask = () => askLive(db, replies, { projectId, question, timeoutMs: 30_000 });
  const asked = Promise.all([ask(), ask()]);
  const open = () => openQuestions(db, { projectId });
  const ids = await vi.waitUntil(async () => {
    const found = await open();
    return found.length === 2 && found.map(({ requestId }) => requestId);
  }, patient);
  const takeAll = () => ids.forEach((requestId) => void reports.take(state, requestId, question));
  takeAll();
  // One after the other: by the second failure whatever comes of the first has come.
  await vi.waitUntil(() => error.mock.calls.length === 2, patient);
  expect((await open())[0]).toMatchObject({ requestId: ids[0] });
  takeAll();
  const failed = { kind: 'failed', detail: expect.stringContaining('exited with code 3') };
  expect(await asked).toEqual([failed, failed]);
  await reports.close();
});

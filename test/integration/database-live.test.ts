import {
  answerLive,
  askLive,
  completeColdStart,
  completeSelection,
  getItemPrediction,
  getLiveRanking,
  getPredictions,
  getRankingInfo,
  isOpenQuestion,
  listLiveProjects,
  openLiveReplies,
  openQuestions,
  removeOldQuestions,
  startRound,
  tryHoldProject,
  writeLiveUpdate,
} from '@tangent/database';
import { describe, expect, test, vi } from 'vitest';
import {
  addItems,
  advanceToSelecting,
  beginRound,
  codeOf,
  makeProject,
  nobody,
  runRound,
  selectionOf,
  soon,
  textItem,
  unlabeledIds,
  useDatabase,
} from './support/database.js';

const house = useDatabase({ maxConnections: 20 });
const labels = ['a', 'b'];

describe('the live ranking', () => {
  async function finished() {
    const made = await makeProject(house.db, { labels, numItems: 6 });
    const round = await runRound(house.db, made.projectId);
    const live = (order: readonly string[], labelSeq: number, more: object = {}) => ({
      projectId: made.projectId,
      roundId: round.roundId,
      labelSeq,
      numLiveUpdates: labelSeq - 2,
      numFlips: 1,
      ranking: { itemIds: order, scores: new Float32Array(order.length), reasons: [], numSelected: 0 },
      predictions: [] as { shardIndex: number; itemIds: readonly string[]; probabilities: Float32Array }[],
      ...more,
    });
    return { ...made, ...round, live };
  }

  test('a newer order replaces the live one, an older one does not, and the round’s stays', async () => {
    const { db } = house;
    const { projectId, order, live } = await finished();
    const turned = order.toReversed();
    expect(await writeLiveUpdate(db, live(turned, 4))).toEqual({ kind: 'written' });
    expect(await writeLiveUpdate(db, live(order, 3))).toEqual({ kind: 'stale' });
    expect(await getLiveRanking(db, projectId)).toMatchObject({
      itemIds: turned,
      labelSeq: 4,
      numLiveUpdates: 2,
    });
    expect(await getRankingInfo(db, projectId)).toMatchObject({
      strategy: 'lookahead',
      modelVersion: 1,
      numLiveUpdates: 2,
    });
  });

  test('once a round has ended, live updates of the one before come too late', async () => {
    const { db } = house;
    const { projectId, order, live } = await finished();
    const second = await beginRound(db, projectId);
    await writeLiveUpdate(db, live(order.toReversed(), 9));
    await advanceToSelecting(db, second);
    await completeSelection(db, selectionOf(second, order));
    expect(await writeLiveUpdate(db, live(order.toReversed(), 10))).toEqual({ kind: 'stale' });
    expect(await getLiveRanking(db, projectId)).toMatchObject({
      roundId: second.roundId,
      itemIds: order,
      labelSeq: 2,
    });
  });

  test('predictions are read in pool order by page, and change by whole shards', async () => {
    const { db } = house;
    const { projectId, itemIds, order, live, shards } = await finished();
    const page = await getPredictions(db, { projectId, limit: 5 });
    expect(page.items[0]).toEqual({
      itemId: itemIds[0],
      externalId: null,
      probabilities: { a: 0.25, b: 0.5, c: 0.25 },
      predicted: 'b',
    });
    const rest = await getPredictions(db, { projectId, limit: 5, cursor: page.nextCursor! });
    expect([...page.items, ...rest.items].map(({ itemId }) => itemId)).toEqual(itemIds);
    expect(rest.nextCursor).toBeNull();
    expect(page.model).toMatchObject({ version: 1, numLiveUpdates: 0 });

    const { index, fromIndex, toIndex } = shards[1]!;
    const probabilities = Float32Array.from({ length: 12 }, (_, i) => (i % 3 === 2 ? 1 : 0));
    const prediction = { shardIndex: index, itemIds: itemIds.slice(fromIndex, toIndex), probabilities };
    await writeLiveUpdate(db, live(order, 5, { predictions: [prediction] }));
    const changed = await getPredictions(db, { projectId, limit: 100 });
    expect(changed.items.map(({ predicted }) => predicted)).toEqual([
      ...Array(4).fill('b'),
      ...Array(4).fill('c'),
    ]);
    expect(changed.model!.numLiveUpdates).toBe(3);
    expect(await getItemPrediction(db, itemIds[5]!)).toEqual({
      probabilities: { a: 0, b: 0, c: 1 },
      predicted: 'c',
    });
    await addItems(db, projectId, [textItem()]);
    const late = (await unlabeledIds(db, projectId)).at(-1)!;
    expect(await getItemPrediction(db, late)).toBeNull();
    const fresh = await makeProject(db);
    expect(await getPredictions(db, { projectId: fresh.projectId, limit: 5 })).toEqual({
      items: [],
      model: null,
      nextCursor: null,
    });
  });

  test('projects with a finished round can have a live model', async () => {
    const { db } = house;
    const { projectId, roundId } = await finished();
    await startRound(db, {
      projectId,
      request: { norm: 'l1', evaluation: { size: 10 } },
      actor: nobody,
    });
    const projects = await listLiveProjects(db);
    expect(projects).toContainEqual({ projectId, roundId, labelSeq: 2 });
  });

  test('a project whose last round was a cold start has none, and takes no place of a worker', async () => {
    const { db } = house;
    const { projectId } = await finished();
    const { roundId } = await beginRound(db, projectId);
    await completeColdStart(db, {
      roundId,
      attempt: 1,
      network: { checkpointKey: 'untrained', featuriser: { kind: 'test' }, metrics: {} },
    });
    for (const status of ['scoring', 'selecting', 'done'])
      await db.query('UPDATE rounds SET status = $2::round_status WHERE id = $1', [roundId, status]);
    const projects = await listLiveProjects(db);
    expect(projects.map((project) => project.projectId)).not.toContain(projectId);
  });
});

describe('holding a project', () => {
  test('one worker holds a project; its release or death lets the next one in', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { numItems: 0 });
    const first = await tryHoldProject(db, projectId);
    expect(await tryHoldProject(db, projectId)).toBeNull();
    await first!.release();
    const second = await tryHoldProject(db, projectId);
    expect(second).not.toBeNull();
    await db.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'tangent live model'`);
    await second!.lost;
    await vi.waitFor(async () => {
      const third = await tryHoldProject(db, projectId);
      expect(third).not.toBeNull();
      await third!.release();
    }, soon);
    await second!.release();
  });
});

describe('questions to the live model', () => {
  const question = { kind: 'what-if' as const, itemId: 'itm_x' };

  test('a question gets the first answer that is given', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { numItems: 0 });
    const replies = await openLiveReplies(db);
    const asked = Promise.all([1, 2, 3].map(() => askLive(db, replies, { projectId, question })));
    const open = await vi.waitFor(async () => {
      const questions = await openQuestions(db, { projectId });
      expect(questions).toHaveLength(3);
      return questions;
    }, soon);
    for (const { requestId, question } of open) {
      expect(question.kind).toBe('what-if');
      await answerLive(db, { requestId, reply: { kind: 'what-if', answer: { classes: [] } } });
      await answerLive(db, { requestId, reply: { kind: 'unknown-item' } });
    }
    expect(await asked).toEqual(Array(3).fill({ kind: 'what-if', answer: { classes: [] } }));
    expect(await openQuestions(db, { projectId })).toEqual([]);
    await replies.close();
  });

  test('a question that nobody waits for any more is closed, at once and after its time', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { numItems: 0 });
    const replies = await openLiveReplies(db);
    const gone = new AbortController();
    const work = codeOf(
      askLive(db, replies, { projectId, question, timeoutMs: 30_000, signal: gone.signal }),
    );
    const [open] = await vi.waitFor(async () => {
      const questions = await openQuestions(db, { projectId });
      expect(questions).toHaveLength(1);
      return questions;
    }, soon);
    expect(await isOpenQuestion(db, open!.requestId)).toBe(true);
    gone.abort();
    expect(await work).toBe('no-live-model');
    expect(await isOpenQuestion(db, open!.requestId)).toBe(false);

    expect(await codeOf(askLive(db, replies, { projectId, question, timeoutMs: 50 }))).toBe('no-live-model');
    expect(await openQuestions(db, { projectId })).toEqual([]);
    await replies.close();
  });

  test('without a worker the caller is told, in time', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { numItems: 0 });
    const replies = await openLiveReplies(db);
    const work = askLive(db, replies, { projectId, question, timeoutMs: 50 });
    expect(await codeOf(work)).toBe('no-live-model');
    expect(await removeOldQuestions(db)).toBe(0);
    expect(await removeOldQuestions(db, new Date(Date.now() + 700_000))).toBeGreaterThan(0);
    await replies.close();
  });
});

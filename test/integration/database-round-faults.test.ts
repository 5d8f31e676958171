import { roundRequest } from '@tangent/contracts';
import {
  beginPhase,
  beginShard,
  cancelRound,
  completeSelection,
  completeTraining,
  type Database,
  failRound,
  getLiveRanking,
  getModelVersion,
  getRound,
  getRoundForJob,
  listShards,
  messagesUnderWay,
  retryRound,
  saveShardFeatures,
  setSnapshot,
  startRound,
} from '@tangent/database';
import { describe, expect, test } from 'vitest';
import {
  advanceToSelecting,
  beginRound,
  codeOf,
  makeProject,
  messagesOf,
  modelOf,
  nobody,
  runRound,
  selectionOf,
  takeSnapshot,
  unlabeledIds,
  useDatabase,
} from './support/database.js';

const house = useDatabase({ maxConnections: 20 });
const labels = ['a', 'b'];
const request = roundRequest.parse({});

const start = (db: Database, projectId: string) => startRound(db, { projectId, request, actor: nobody });

describe('jobs that come twice, late, or from an older attempt', () => {
  test('the first snapshot wins', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels });
    const { roundId, labelSeq, numShards } = await beginRound(db, projectId);
    const late = { roundId, attempt: 1, snapshotKey: 'other', labelSeq: 99, shards: [] };
    expect(await setSnapshot(db, late)).toEqual({
      kind: 'exists',
      snapshotKey: 'snapshot',
      labelSeq,
      numShards,
    });
    expect(await setSnapshot(db, { ...late, attempt: 2 })).toMatchObject({ kind: 'stale' });
  });

  test('a phase is completed once, however many finish it', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels });
    const round = await beginRound(db, projectId);
    const at = { roundId: round.roundId, attempt: 1 };
    const trained = await Promise.all([1, 2, 3].map(() => completeTraining(db, { ...at, ...modelOf })));
    expect(trained.map(({ kind }) => kind).toSorted()).toEqual(['moved', 'stale', 'stale']);
    expect(await db.prisma.modelVersion.count({ where: { projectId } })).toBe(1);
    await db.query('UPDATE rounds SET status = $2::round_status WHERE id = $1', [round.roundId, 'scoring']);
    await beginPhase(db, { ...at, phase: 'selecting' });
    // A job that its queue gave out again finds its phase begun, and does the work.
    expect(await beginPhase(db, { ...at, phase: 'selecting' })).toEqual({ kind: 'moved' });
    expect(await beginPhase(db, { ...at, phase: 'training' })).toMatchObject({ kind: 'stale' });
    const selection = selectionOf(round, await unlabeledIds(db, projectId));
    const selected = await Promise.all([1, 2, 3].map(() => completeSelection(db, selection)));
    expect(selected.map(({ kind }) => kind).toSorted()).toEqual(['moved', 'stale', 'stale']);
    expect(await messagesOf(db, round.roundId)).toHaveLength(2);
  });

  test('a shard of an older attempt or phase is left alone', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels, numItems: 6 });
    const round = await beginRound(db, projectId);
    const { roundId } = round;
    const features = (attempt: number, featuresKey: string) =>
      saveShardFeatures(db, { roundId, attempt, index: 0, featuresKey, featuresMs: 1 });
    expect(await features(1, 'early')).toEqual({ kind: 'stale' });
    await completeTraining(db, { roundId, attempt: 1, ...modelOf });
    expect(await beginShard(db, { roundId, attempt: 1, index: 0, phase: 'featurizing' })).toEqual({
      kind: 'moved',
    });
    expect((await listShards(db, roundId)).map((shard) => shard.featuresStatus)).toEqual([
      'running',
      'waiting',
    ]);
    expect(await features(1, 'first')).toEqual({ kind: 'saved' });
    await failRound(db, { roundId, attempt: 1, code: 'lost', detail: 'the worker died' });
    await retryRound(db, { roundId, actor: nobody });
    expect(await features(1, 'late')).toEqual({ kind: 'stale' });
    expect(await beginShard(db, { roundId, attempt: 1, index: 1, phase: 'featurizing' })).toMatchObject({
      kind: 'stale',
      attempt: 2,
    });
    expect((await getRoundForJob(db, roundId)).shards[0]!.featuresKey).toBe('first');
    expect(await features(2, 'second')).toEqual({ kind: 'saved' });
    expect(await listShards(db, roundId)).toMatchObject([
      { index: 0, numItems: 4, featuresStatus: 'done', scoreStatus: 'waiting', attempts: 2, featuresMs: 1 },
      {
        index: 1,
        numItems: 4,
        featuresStatus: 'waiting',
        scoreStatus: 'waiting',
        attempts: 0,
        featuresMs: null,
      },
    ]);
  });

  test('a selection that was overtaken by a cancellation changes nothing', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels });
    const round = await beginRound(db, projectId);
    await advanceToSelecting(db, round);
    const selection = selectionOf(round, await unlabeledIds(db, projectId));
    const results = await Promise.all([
      completeSelection(db, selection),
      cancelRound(db, { roundId: round.roundId, actor: nobody }).catch((error) => error.code),
    ]);
    const isDone = results[0].kind === 'moved';
    expect(results[1]).toEqual(
      isDone ? 'round-not-active' : expect.objectContaining({ status: 'cancelled' }),
    );
    expect((await getLiveRanking(db, projectId)) !== null).toBe(isDone);
  });
});

describe('failing and going on', () => {
  test('a failed round is retried from the shard that failed', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels, numItems: 9 });
    const round = await beginRound(db, projectId);
    const { roundId } = round;
    await completeTraining(db, { roundId, attempt: 1, ...modelOf });
    for (const index of [0, 2])
      await saveShardFeatures(db, { roundId, attempt: 1, index, featuresKey: 'key', featuresMs: 1 });
    const failure = { roundId, attempt: 1, code: 'out-of-memory', detail: 'shard 1 needs 9 GiB' };
    expect(await failRound(db, failure)).toEqual({ kind: 'moved' });
    expect(await failRound(db, failure)).toMatchObject({ kind: 'stale', status: 'failed' });
    expect(await getRound(db, roundId)).toMatchObject({
      status: 'failed',
      error: { code: 'out-of-memory', detail: 'shard 1 needs 9 GiB' },
    });
    const retried = await retryRound(db, { roundId, actor: nobody });
    expect(retried).toMatchObject({ status: 'featurizing', attempt: 2, error: null, finishedAt: null });
    expect((await messagesOf(db, roundId)).at(-1)).toEqual({ kind: 'featurize', attempt: 2, shards: [1] });
    expect(await failRound(db, failure)).toMatchObject({ kind: 'stale', attempt: 2 });
    expect(await codeOf(retryRound(db, { roundId, actor: nobody }))).toBe('round-not-retryable');
  });

  test('a retried warm start goes on from the model that was the newest when the round began', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels });
    const model = { ...request.model, warmStart: true };
    const fail = (roundId: string) => failRound(db, { roundId, attempt: 1, code: 'x', detail: 'x' });
    const origin = async (roundId: string) => (await getRound(db, roundId)).config.warmStartFrom;
    const first = await runRound(db, projectId);
    expect(await origin(first.roundId)).toBeNull();
    const second = await beginRound(db, projectId);
    await fail(second.roundId);
    const { roundId } = await beginRound(db, projectId, { model });
    expect(await origin(roundId)).toBe(1);
    await fail(roundId);

    await retryRound(db, { roundId: second.roundId, actor: nobody });
    const again = { roundId: second.roundId, attempt: 2 };
    await beginPhase(db, { ...again, phase: 'training' });
    await completeTraining(db, { ...again, ...modelOf, checkpointKey: 'newer' });
    await db.query('UPDATE rounds SET status = $2::round_status WHERE id = $1', [second.roundId, 'scoring']);
    await beginPhase(db, { ...again, phase: 'selecting' });
    await completeSelection(db, { ...selectionOf(second, await unlabeledIds(db, projectId)), attempt: 2 });

    await retryRound(db, { roundId, actor: nobody });
    expect(await origin(roundId)).toBe(1);
    const [before, newest] = await Promise.all(
      [1, 2].map((number) => getModelVersion(db, { projectId, number })),
    );
    expect([before!.checkpointKey, newest!.checkpointKey]).toEqual(['checkpoint', 'newer']);
    await cancelRound(db, { roundId, actor: nobody });
    expect(await origin((await beginRound(db, projectId, { model })).roundId)).toBe(2);
  });

  test('a retry after a failed training keeps the pool; after a failed selection only that is left', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels });
    const round = await beginRound(db, projectId);
    const { roundId } = round;
    await failRound(db, { roundId, attempt: 1, code: 'x', detail: 'x' });
    expect(await retryRound(db, { roundId, actor: nobody })).toMatchObject({ status: 'planned', attempt: 2 });
    await beginPhase(db, { roundId, attempt: 2, phase: 'training' });
    const snapshot = {
      roundId,
      attempt: 2,
      snapshotKey: 'other',
      labelSeq: 5,

      shards: [],
    };
    expect(await setSnapshot(db, snapshot)).toMatchObject({ kind: 'exists', snapshotKey: 'snapshot' });
    await cancelRound(db, { roundId, actor: nobody });

    const second = await beginRound(db, projectId);
    await advanceToSelecting(db, second);
    await failRound(db, { roundId: second.roundId, attempt: 1, code: 'x', detail: 'x' });
    await retryRound(db, { roundId: second.roundId, actor: nobody });
    expect((await messagesOf(db, second.roundId)).at(-1)).toEqual({ kind: 'score', attempt: 2, shards: [] });
    expect(await beginPhase(db, { roundId: second.roundId, attempt: 2, phase: 'selecting' })).toEqual({
      kind: 'moved',
    });
  });

  test('a failed round is not retried over a running one, and only a running one is cancelled', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels });
    const first = await beginRound(db, projectId);
    await failRound(db, { roundId: first.roundId, attempt: 1, code: 'x', detail: 'x' });
    expect(await codeOf(cancelRound(db, { roundId: first.roundId, actor: nobody }))).toBe('round-not-active');
    const second = await start(db, projectId);
    expect(await codeOf(retryRound(db, { roundId: first.roundId, actor: nobody }))).toBe('round-active');
    expect(await cancelRound(db, { roundId: second.id, actor: nobody })).toMatchObject({
      status: 'cancelled',
    });
    expect(await retryRound(db, { roundId: first.roundId, actor: nobody })).toMatchObject({ attempt: 2 });
    expect(await codeOf(cancelRound(db, { roundId: 'rnd_none', actor: nobody }))).toBe('not-found');
  });

  test('every active round is to be queued in its present phase', async () => {
    const { db } = house;
    await db.query(
      `UPDATE rounds SET status = 'cancelled' WHERE status NOT IN ('done', 'failed', 'cancelled')`,
    );
    const { projectId } = await makeProject(db, { labels, numItems: 9 });
    const { id: roundId } = await start(db, projectId);
    expect(await messagesUnderWay(db, 'rounds')).toEqual([{ kind: 'train', roundId, attempt: 1 }]);
    await takeSnapshot(db, projectId, roundId);
    await completeTraining(db, { roundId, attempt: 1, ...modelOf });
    await saveShardFeatures(db, { roundId, attempt: 1, index: 1, featuresKey: 'key', featuresMs: 1 });
    expect(await messagesUnderWay(db, 'rounds')).toEqual([
      { kind: 'featurize', roundId, attempt: 1, shards: [0, 2] },
    ]);
    await cancelRound(db, { roundId, actor: nobody });
    expect(await messagesUnderWay(db, 'rounds')).toEqual([]);
  });
});

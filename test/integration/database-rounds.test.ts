import { channels, type ProjectEvent, roundRequest } from '@tangent/contracts';
import {
  beginPhase,
  completeFeaturizing,
  completeSelection,
  completeTraining,
  type Database,
  getLastDoneRound,
  getLiveRanking,
  getRound,
  getRoundRanking,
  getRoundScores,
  listCurvePoints,
  listen,
  listRounds,
  loadShardScores,
  saveShardFeatures,
  saveShardScores,
  startRound,
  submitAnnotation,
} from '@tangent/database';
import { describe, expect, test, vi } from 'vitest';
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
  soon,
  takeSnapshot,
  unlabeledIds,
  useDatabase,
} from './support/database.js';

const house = useDatabase({ maxConnections: 20 });
const labels = ['a', 'b'];
const request = roundRequest.parse({});

const start = (db: Database, projectId: string) => startRound(db, { projectId, request, actor: nobody });

describe('starting', () => {
  test('a round keeps all that it depends on, and tells the queue to train', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels, settings: { strategy: 'margin', batchSize: 3 } });
    const round = await startRound(db, {
      projectId,
      request: roundRequest.parse({ kernel: { dimension: 256 }, seed: 11 }),
      actor: nobody,
      shardSize: 5,
    });
    expect(round).toMatchObject({
      number: 1,
      status: 'planned',
      strategy: 'margin',
      seed: 11,
      batchSize: 3,
      trigger: 'request',
      config: { kernel: { type: 'trace', dimension: 256 }, shardSize: 5 },
      progress: { done: 0, phase: 'planned' },
      modelVersion: null,
      poolSnapshot: null,
      error: null,
    });
    expect(await messagesOf(db, round.id)).toEqual([{ kind: 'train', attempt: 1 }]);
    expect((await listRounds(db, { projectId, limit: 5 })).items).toEqual([round]);
  });

  test('a round needs two classes, something to score, and no other round', async () => {
    const { db } = house;
    const oneClass = await makeProject(db, { labels: ['a', 'a'], holdout: ['b'] });
    expect(await codeOf(start(db, oneClass.projectId))).toBe('nothing-to-train-on');
    const allLabeled = await makeProject(db, { labels, numItems: 0 });
    expect(await codeOf(start(db, allLabeled.projectId))).toBe('nothing-to-score');
    const { projectId } = await makeProject(db, { labels });
    const codes = await Promise.all([1, 2, 3, 4].map(() => codeOf(start(db, projectId))));
    expect(codes.toSorted()).toEqual(['it succeeded', 'round-active', 'round-active', 'round-active']);
    expect(await codeOf(start(db, 'prj_none'))).toBe('not-found');
  });
});

describe('the way of a round', () => {
  test('every phase moves it on, tells the queue what is next, and adds its time', async () => {
    const { db } = house;
    const { projectId, itemIds } = await makeProject(db, { labels, numItems: 7, holdout: ['a'] });
    const { id: roundId } = await start(db, projectId);
    const at = { roundId, attempt: 1 };
    const round = await takeSnapshot(db, projectId, roundId);
    expect(round.itemIds).toEqual(itemIds.slice(0, 9));
    expect(round.numShards).toBe(3);
    expect(await getRound(db, roundId)).toMatchObject({
      status: 'training',
      poolSnapshot: 'snapshot',
      progress: { done: 0, total: 8 },
    });

    const trained = await completeTraining(db, {
      ...at,
      ...modelOf,
      timings: { 'training.fit': 12 },
      metrics: { accuracy: 0.5 },
    });
    expect(trained.kind).toBe('moved');
    expect(await getRound(db, roundId)).toMatchObject({
      status: 'featurizing',
      modelVersion: 1,
      metrics: { accuracy: 0.5 },
      progress: { done: 1, total: 8 },
    });
    for (const { index } of round.shards)
      await saveShardFeatures(db, { ...at, index, featuresKey: `features-${index}`, featuresMs: 5 });
    expect((await getRound(db, roundId)).progress.done).toBe(4);
    await completeFeaturizing(db, { ...at, statisticsKey: 'statistics', metrics: { ridge: 0.1 } });
    for (const { index, fromIndex, toIndex } of round.shards) {
      const slice = round.itemIds.slice(fromIndex, toIndex);
      const scores = Float32Array.from(slice, (_, i) => fromIndex + i);
      await saveShardScores(db, { ...at, index, itemIds: slice, scores, scoreMs: 6 });
    }
    expect(await beginPhase(db, { ...at, phase: 'selecting' })).toEqual({ kind: 'moved' });
    expect((await loadShardScores(db, roundId)).flatMap((scores) => [...scores])).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    const order = await unlabeledIds(db, projectId);
    expect(await completeSelection(db, selectionOf(round, order))).toEqual({
      kind: 'moved',
      nextRoundId: null,
    });

    const done = await getRound(db, roundId);
    expect(done).toMatchObject({
      status: 'done',
      metrics: { accuracy: 0.5, ridge: 0.1 },
      progress: { done: 8, total: 8, phase: 'done' },
    });
    expect(done.finishedAt).not.toBeNull();
    expect(Object.keys(done.timings).toSorted()).toEqual([
      'featurizing',
      'planned',
      'scoring',
      'selecting',
      'training',
      'training.fit',
    ]);
    expect(await messagesOf(db, roundId)).toEqual([
      { kind: 'train', attempt: 1 },
      { kind: 'featurize', attempt: 1, shards: [0, 1, 2] },
      { kind: 'score', attempt: 1, shards: [0, 1, 2] },
    ]);
    expect(await getLastDoneRound(db, projectId)).toMatchObject({
      id: roundId,
      statisticsKey: 'statistics',
      model: { number: 1, checkpointKey: 'checkpoint' },
      project: { type: 'text', classes: [{ key: 'a' }, { key: 'b' }, { key: 'c' }] },
    });
    expect(await listCurvePoints(db, projectId)).toEqual([
      { roundId, roundNumber: 1, arm: 'strategy', numLabels: 2, numCorrect: 1, numHoldout: 2 },
    ]);
  });

  test('nothing of a round is seen before its last transaction', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels });
    const round = await beginRound(db, projectId);
    await advanceToSelecting(db, round);
    expect(await getLiveRanking(db, projectId)).toBeNull();
    expect(await codeOf(getRoundRanking(db, { roundId: round.roundId, limit: 5 }))).toBe('no-ranking');
    const order = await unlabeledIds(db, projectId);
    await completeSelection(db, selectionOf(round, order));
    expect(await getLiveRanking(db, projectId)).toMatchObject({
      itemIds: order,
      numLiveUpdates: 0,
      labelSeq: 2,
    });
  });

  test('the ranking and the first scores of a round are read by page', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels, numItems: 9 });
    const { roundId, order, itemIds } = await runRound(db, projectId);
    const first = await getRoundRanking(db, { roundId, limit: 5 });
    expect(first.items[0]).toEqual({
      itemId: order[0],
      rank: 1,
      score: 1,
      reason: 'reason 1',
      isSelected: true,
    });
    expect(first.items[2]).toMatchObject({ rank: 3, score: 1 - 2 / 16, reason: null, isSelected: false });
    const second = await getRoundRanking(db, { roundId, limit: 5, cursor: first.nextCursor! });
    expect([...first.items, ...second.items].map(({ itemId }) => itemId)).toEqual(order);
    expect(second.nextCursor).toBeNull();

    // The first item is no candidate (NaN); shards hold four items each.
    const scores: { itemId: string; score: number }[] = [];
    let cursor: string | undefined;
    do {
      const page = await getRoundScores(db, { roundId, limit: 3, cursor });
      scores.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(scores).toEqual(itemIds.slice(1).map((itemId, i) => ({ itemId, score: i + 1 })));
    expect(await codeOf(getRoundScores(db, { roundId: 'rnd_none', limit: 3 }))).toBe('not-found');
  });

  test('watchers hear of its progress and its end', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels });
    const heard: ProjectEvent[] = [];
    const listener = await listen({
      url: db.url,
      channels: [channels.events],
      onMessage: ({ payload }) => heard.push(JSON.parse(payload)),
    });
    const { roundId } = await runRound(db, projectId);
    const end = { type: 'round.done', projectId, roundId, status: 'done' };
    await vi.waitFor(() => expect(heard).toContainEqual(end), soon);
    await listener.close();
    const progress = heard.flatMap((e) => (e.type === 'round.progress' ? [e] : []));
    const done = progress.map((e) => e.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(new Set(progress.map((e) => e.status))).toEqual(
      new Set(['planned', 'training', 'featurizing', 'scoring', 'selecting']),
    );
  });

  test('labels given while a round ran start the next at its end', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, {
      labels,
      numItems: 8,
      settings: { trigger: { everyLabels: 2 } },
    });
    const round = await beginRound(db, projectId);
    for (const itemId of (await unlabeledIds(db, projectId)).slice(0, 2)) {
      const { roundId } = await submitAnnotation(db, {
        itemId,
        annotatorId: annotators[0]!,
        answer: { classKey: 'c' },
      });
      expect(roundId).toBeNull();
    }
    await advanceToSelecting(db, round);
    const order = await unlabeledIds(db, projectId);
    const result = await completeSelection(db, selectionOf(round, order));
    expect(result).toMatchObject({ kind: 'moved', nextRoundId: expect.stringMatching(/^rnd_/) });
    expect((await listRounds(db, { projectId, limit: 1 })).items[0]).toMatchObject({
      number: 2,
      trigger: 'labels',
    });
  });
});

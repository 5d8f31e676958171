import { exportRows, leaseNext, submitAnnotation, writeLiveUpdate, getProject, getPredictions, listItems, readPool, getLiveRanking } from '@tangent/database';
import { test } from 'vitest';
import { addItems, makeProject, runRound, textItem, useDatabase, unlabeledIds } from './support/database.js';
const house = useDatabase({ maxConnections: 20 });
const stats = (name: string, ms: number[]) => { ms.sort((a, b) => a - b); console.log(name, 'median', ms[ms.length >> 1]!.toFixed(2), 'p95', ms[Math.floor(ms.length * 0.95)]!.toFixed(2), 'n', ms.length); };
const time = async (f: () => Promise<unknown>) => { const t = performance.now(); await f(); return performance.now() - t; };
test('measure', async () => {
  const { db } = house;
  const made = await makeProject(db, { labels: ['a', 'b'], numItems: 0, settings: { trigger: { everyLabels: 100000 } } });
  const { projectId, annotators } = made;
  let t = performance.now();
  for (let i = 0; i < 10; i++) await addItems(db, projectId, Array.from({ length: 1000 }, () => textItem()));
  console.log('insert rows/s', 10000 / ((performance.now() - t) / 1000));
  t = performance.now();
  for (let i = 0; i < 10; i++) await addItems(db, projectId, Array.from({ length: 1000 }, () => textItem({ classKey: 'a', isHoldout: true })));
  console.log('insert labeled rows/s', 10000 / ((performance.now() - t) / 1000));
  t = performance.now();
  for (let i = 0; i < 3; i++) await addItems(db, projectId, Array.from({ length: 1000 }, (_, j) => ({ ...textItem(), text: undefined as never, vector: new Float32Array(384).fill(j) })));
  console.log('insert vectors rows/s', 3000 / ((performance.now() - t) / 1000));
  await db.query("DELETE FROM items WHERE vector IS NOT NULL");
  await db.query('ANALYZE');
  const round = await runRound(db, projectId);
  const lease: number[] = [], submit: number[] = [], live: number[] = [], proj: number[] = [];
  let order = [...round.order];
  for (let i = 0; i < 300; i++) {
    let l: any;
    lease.push(await time(async () => { l = await leaseNext(db, { projectId, annotatorId: annotators[0]!, count: 1 }); }));
    const { item, leaseId, rank } = l.leases[0];
    submit.push(await time(() => submitAnnotation(db, { itemId: item.id, annotatorId: annotators[0]!, leaseId, answer: { classKey: 'a' } })));
  }
  stats('leaseNext (no live updates)', lease); stats('submit', submit);
  lease.length = 0; submit.length = 0;
  for (let i = 0; i < 100; i++) {
    let l: any;
    lease.push(await time(async () => { l = await leaseNext(db, { projectId, annotatorId: annotators[0]!, count: 1 }); }));
    const { item, leaseId } = l.leases[0];
    submit.push(await time(() => submitAnnotation(db, { itemId: item.id, annotatorId: annotators[0]!, leaseId, answer: { classKey: 'a' } })));
    order = order.filter((x) => x !== item.id);
    live.push(await time(() => writeLiveUpdate(db, { projectId, roundId: round.roundId, labelSeq: 302 + i, numLiveUpdates: i + 1, numFlips: 1, ranking: { itemIds: order, scores: Float32Array.from(order, () => Math.random()), reasons: [], numSelected: 0 }, predictions: Array.from({ length: 10 }, (_, s) => ({ shardIndex: 10000 + s, itemIds: round.itemIds.slice(s * 1000, s * 1000 + 1000), probabilities: Float32Array.from({ length: 10000 }, () => Math.random()) })) })));
    proj.push(await time(() => getProject(db, projectId)));
  }
  stats('leaseNext', lease); stats('submit', submit); stats('writeLiveUpdate 10k x 10 classes', live); stats('getProject', proj);
  const users = 8;
  t = performance.now();
  const conc: number[] = [];
  await Promise.all(Array.from({ length: users }, async () => { for (let i = 0; i < 40; i++) {
    conc.push(await time(async () => { const l: any = await leaseNext(db, { projectId, annotatorId: annotators[0]!, count: 1 }); 
    const { item, leaseId } = l.leases[0];
    await submitAnnotation(db, { itemId: item.id, annotatorId: annotators[0]!, leaseId, answer: { classKey: 'a' } }); })); } }));
  stats('8 concurrent lease+submit', conc); console.log('per s', 320 / ((performance.now() - t) / 1000));
  t = performance.now(); let n = 0; for await (const _ of exportRows(db, projectId)) n++;
  console.log('export rows/s', n / ((performance.now() - t) / 1000));
  console.log('readPool', await time(() => readPool(db, projectId, async ({ rows }) => { for await (const _ of rows) n++; })));
  console.log('listItems rank', await time(() => listItems(db, { projectId, order: 'rank', limit: 100 })));
  console.log('listItems created', await time(() => listItems(db, { projectId, order: 'created', limit: 100 })));
  console.log('predictions', await time(() => getPredictions(db, { projectId, limit: 1000 })));
  console.log('liveranking', await time(() => getLiveRanking(db, projectId)));
}, 300000);

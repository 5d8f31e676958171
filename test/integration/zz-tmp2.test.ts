import { leaseNext, submitAnnotation, inTransaction } from '@tangent/database';
import { test } from 'vitest';
import { addItems, makeProject, runRound, textItem, useDatabase } from './support/database.js';
const house = useDatabase({ maxConnections: 20 });
test('cpu', async () => {
  const { db } = house;
  const { projectId, annotators } = await makeProject(db, { labels: ['a', 'b'], numItems: 0, settings: { trigger: { everyLabels: 100000 } } });
  for (let i = 0; i < 10; i++) await addItems(db, projectId, Array.from({ length: 1000 }, () => textItem()));
  await db.query('ANALYZE');
  await runRound(db, projectId);
  const run = async (name: string, n: number, par: number, f: () => Promise<any>) => {
    const c0 = process.cpuUsage(), t = performance.now();
    await Promise.all(Array.from({ length: par }, async () => { for (let i = 0; i < n / par; i++) await f(); }));
    const c = process.cpuUsage(c0);
    console.log(name, 'par', par, 'wall/op', ((performance.now() - t) / n).toFixed(2), 'node cpu/op', ((c.user + c.system) / 1000 / n).toFixed(2));
  };
  const pg = (await import('pg')).default;
  const q = pg.Client.prototype.query as any;
  const sums = new Map<string, number>();
  (pg.Client.prototype as any).query = function (this: any, a: any, b: any, c: any) { const t = performance.now(); const r = q.call(this, a, b, c); if (r?.then) r.then(() => { const k = (typeof a === 'string' ? a : a.text).replace(/\s+/g, ' ').slice(0, 90); sums.set(k, (sums.get(k) ?? 0) + performance.now() - t); }); return r; };
  for (let round = 0; round < 3; round++) {
  await run('lease', 100, 1, async () => { await leaseNext(db, { projectId, annotatorId: annotators[0]!, count: 1 }); });
  for (const [k, v] of sums) console.log((v / 100).toFixed(2), 'par', k);
  sums.clear();
  if (round === 1) await db.query('ANALYZE');
  }

  const { readFileSync } = await import('node:fs');
  const src = readFileSync('/work/main/packages/database/src/leases/candidates.ts', 'utf8');
  const wanted = /isOpenSql = `([^`]*)`/.exec(src)![1]!;
  const hold = /holdSql = '([^']*)'/.exec(src)![1]!;
  const sql = /`(WITH \$\{takenSql\},[^`]*)`/.exec(src)![1]!.replace('${isOpenSql}', wanted).replace('${takenSql}', /takenSql = `([^`]*)`/.exec(src)![1]!).replace('${holdSql}', hold);
  for (const [f, to] of [[0, 64], [64, 320]]) console.log((await db.query<any>('EXPLAIN (ANALYZE, BUFFERS) ' + sql, [projectId, annotators[0], 1, new Date(), f, to, 1])).map((r) => r['QUERY PLAN']).join('\n'));
}, 300000);

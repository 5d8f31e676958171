import { heartbeatWorker, registerWorker, submitAnnotation } from '@tangent/database';
import { openQueue } from '@tangent/queue';
import { describe, expect, test } from 'vitest';
import { ask, eventually, expectProblem, makePerson, useApi } from './support/api.js';
import { type CuttableLine, cuttableLine } from './support/cuttable-line.js';
import { makeProject, runRound } from './support/database.js';
import { parseExposition, type Sample, sampleOf } from './support/exposition.js';

const metricsToken = 'a-token-for-prometheus';
const scrape = async (house: Parameters<typeof ask>[0], token: string) => {
  const answered = await ask<string>(house, 'GET /metrics', { token });
  expect(answered.status).toBe(200);
  expect(answered.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parseExposition(answered.body);
};

describe('with everything up', () => {
  const house = useApi({ metricsToken });

  test('admins and the token for metrics may scrape; the token opens nothing else', async () => {
    const [admin, somebody] = [await makePerson(house, { isAdmin: true }), await makePerson(house)];
    const narrow = await makePerson(house, { isAdmin: true, scopes: ['projects:read'] });
    await scrape(house, admin.token);
    await scrape(house, metricsToken);
    expectProblem(await ask(house, 'GET /metrics'), 'unauthenticated');
    expectProblem(await ask(house, 'GET /metrics', { token: `${metricsToken}x` }), 'unauthenticated');
    expectProblem(await ask(house, 'GET /metrics', { token: somebody.token }), 'forbidden');
    expectProblem(await ask(house, 'GET /metrics', { token: narrow.token }), 'forbidden');
    expectProblem(await ask(house, 'GET /v1/me', { token: metricsToken }), 'unauthenticated');
  });

  test('the figures are those of the installation', async () => {
    const { db } = house;
    const { projectId, annotators } = await makeProject(db, { labels: ['a', 'b'], numItems: 6 });
    const { order } = await runRound(db, projectId);
    for (const [index, itemId] of order.slice(0, 3).entries())
      await submitAnnotation(db, {
        itemId,
        annotatorId: annotators[0]!,
        answer: { classKey: ['a', 'b', 'c'][index]! },
      });
    const worker = { host: 'here', engine: 'wasm', device: 'CPU', threads: 2 };
    const alive = await registerWorker(db, { ...worker, pid: 1 });
    await registerWorker(db, { ...worker, pid: 2 });
    await heartbeatWorker(db, { workerId: alive.id, current: 'score-shard' });
    await registerWorker(db, { ...worker, pid: 3, now: new Date(Date.now() - 60_000) });
    await db.query("INSERT INTO outbox (message, created_at) VALUES ('{}', now() - interval '1 hour')");
    const queue = await openQueue({ kind: 'postgres', databaseUrl: db.url });
    await queue.publish({ kind: 'import', operationId: 'op_of_a_test' });
    await queue.pause('imports');
    await queue.close();
    const { token } = await makePerson(house, { isAdmin: true });
    expectProblem(await ask(house, 'GET /v1/projects/prj_0', { token }), 'validation-failed');

    let samples: Sample[] = [];
    // Readings of the test before, of the database and of the queue, may still be young enough.
    await eventually(async () => {
      samples = await scrape(house, metricsToken);
      return [
        sampleOf(samples, 'tangent_ranking_labels_behind', { project: projectId }),
        sampleOf(samples, 'tangent_jobs_waiting', { queue: 'imports' }),
        sampleOf(samples, 'tangent_queue_paused', { queue: 'imports' }),
      ];
    }).toEqual([3, 1, 1]);
    const value = (name: string, labels?: Record<string, string>) =>
      sampleOf(samples, `tangent_${name}`, labels);
    expect(value('database_up')).toBe(1);
    expect(value('queue_up')).toBe(1);
    const [event] = await db.query<{ age: number }>(
      `SELECT extract(epoch FROM now() - min(created_at))::float8 AS age FROM label_events
       WHERE project_id = $1 AND seq = 3`,
      [projectId],
    );
    expect(value('ranking_stale_seconds', { project: projectId })).toBeGreaterThan(0);
    expect(value('ranking_stale_seconds', { project: projectId })).toBeLessThan(event!.age);
    expect(value('workers', { state: 'alive' })).toBe(2);
    expect(value('workers', { state: 'busy' })).toBe(1);
    expect(value('workers', { state: 'lost' })).toBe(1);
    expect(value('workers_by_engine', { engine: 'wasm', device: 'CPU' })).toBe(2);
    expect(value('rounds', { status: 'done' })).toBe(1);
    expect(value('rounds', { status: 'failed' })).toBe(0);
    expect(value('round_phase_longest_seconds')).toBe(0);
    expect(value('outbox_oldest_seconds')).toBeGreaterThanOrEqual(3600);
    expect(value('shard_p95_seconds', { step: 'scores' })).toBe(0.001);
    expect(value('queue_paused', { queue: 'rounds' })).toBe(0);
    expect(value('jobs_waiting', { queue: 'rounds' })).toBe(0);
    expect(value('jobs_oldest_waiting_seconds', { queue: 'imports' })).toBeGreaterThan(0);
    expect(value('database_size_bytes')).toBeGreaterThan(1e6);
    expect(value('problems_total', { code: 'validation-failed' })).toBe(1);
    expect(value('problems_total', { code: 'lease-expired' })).toBe(0);
    expect(
      value('http_request_duration_seconds_count', { route: '/v1/projects/:projectId', status: '400' }),
    ).toBe(1);
    expect(sampleOf(samples, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
  });

  test('series do not grow with addresses that nobody serves', async () => {
    const routes = async () =>
      new Set((await scrape(house, metricsToken)).map(({ labels }) => labels.route).filter(Boolean));
    await ask(house, 'GET /nowhere/at-all');
    const before = await routes();
    for (let i = 0; i < 20; i++) await ask(house, `GET /nowhere/${i}`);
    expect(await routes()).toEqual(before);
  });
});

describe('while the database is away', () => {
  let line: CuttableLine;
  const house = useApi({
    metricsToken,
    async lineTo(databaseUrl) {
      line = await cuttableLine(databaseUrl);
      return line.url;
    },
  });

  test('the figures of the process are still there, and those of the database are absent, not zero', async () => {
    await line.cut();
    const samples = await scrape(house, metricsToken);
    expect(sampleOf(samples, 'tangent_database_up')).toBe(0);
    expect(sampleOf(samples, 'tangent_queue_up')).toBe(0);
    expect(sampleOf(samples, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
    for (const name of ['workers', 'outbox_oldest_seconds', 'database_size_bytes', 'jobs_waiting'])
      expect(samples.filter((sample) => sample.name === `tangent_${name}`)).toEqual([]);
    await line.mend();
    await eventually(async () => sampleOf(await scrape(house, metricsToken), 'tangent_database_up')).toBe(1);
    house.background.splice(0); // the listeners said that they were cut off
  });
});

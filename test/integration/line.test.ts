import { readdir, rename } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Client, login } from '@tangent/client';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';
import { predictionsOf, rankingOf, untilLive, vectorProject } from './support/vectors.js';

// The whole line with real processes: import → round → lease → annotation → live update, and what survives kill -9.

const loginTo = async (stack: Stack) =>
  (await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password)).client;

/** 40 small pictures, dark or light, six of them labeled. */
async function imageProject(client: Client): Promise<string> {
  const { id: projectId } = await client.createProject({
    body: {
      name: 'pictures',
      type: 'image',
      classes: [{ key: 'dark' }, { key: 'light' }],
      settings: { trigger: { everyLabels: null }, model: { hidden: [16], steps: 30 } },
    },
  });
  const rows = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const pixels = Buffer.from(
        Array.from({ length: 64 }, (_v, p) => ((i * 37 + p * 11) % 90) + (i % 2 ? 150 : 0)),
      );
      const image = await sharp(pixels, { raw: { width: 8, height: 8, channels: 1 } })
        .png()
        .toBuffer();
      return JSON.stringify({
        image: image.toString('base64'),
        ...(i < 6 && { label: i % 2 ? 'light' : 'dark' }),
      });
    }),
  );
  const upload = await client.uploadImport({
    params: { projectId },
    file: new Blob([rows.join('\n')]),
    fileName: 'pictures.jsonl',
  });
  expect((await client.waitForOperation(upload.id)).counts).toMatchObject({ created: 40, failed: 0 });
  return projectId;
}

async function firstExported(
  client: Client,
  projectId: string,
): Promise<{ itemId: string; mediaSha256: string }> {
  const lines = (await new Response(await client.createExport({ params: { projectId } })).text())
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line)).find((row) => row.status === 'unlabeled');
}

async function findFile(folder: string, name: string): Promise<string> {
  const found = (await readdir(folder, { recursive: true, withFileTypes: true })).find(
    (entry) => entry.name === name,
  );
  if (!found) throw new Error(`there is no ${name} below ${folder}`);
  return path.join(found.parentPath, name);
}

async function doneRound(
  client: Client,
  projectId: string,
  body: Parameters<Client['createRound']>[0]['body'],
): Promise<string> {
  const { id } = await client.createRound({ params: { projectId }, body });
  const round = await client.waitForRound(id);
  expect(round.error).toBeNull();
  expect(round.status).toBe('done');
  return id;
}

describe.each(['redis', 'postgres'] as const)('the line on a queue in %s', (queue) => {
  let stack: Stack;
  let client: Client;
  beforeAll(async () => {
    stack = await startStack({ queue });
    client = await loginTo(stack);
  });
  afterAll(() => stack?.stop());

  test('a worker killed with -9 in the middle of a round changes nothing of its ranking', async () => {
    const { projectId } = await vectorProject(client);
    const calm = await doneRound(client, projectId, { seed: 11 });
    const { id: disturbed } = await client.createRound({ params: { projectId }, body: { seed: 11 } });
    const phases = new Set<string>();
    for await (const event of client.streamEvents({ params: { projectId } })) {
      if (event.type !== 'round.progress' || event.roundId !== disturbed) continue;
      phases.add(event.status);
      if (event.status === 'featurizing') break;
    }
    await stack.workers[0]!.kill('SIGKILL');
    expect((await client.getRound({ params: { roundId: disturbed } })).status).not.toBe('done');
    await stack.workers[0]!.start();
    const round = await client.waitForRound(disturbed);
    expect(round.status).toBe('done');
    expect(round.poolSnapshot).toBe((await client.getRound({ params: { roundId: calm } })).poolSnapshot);
    expect(await rankingOf(client, disturbed)).toEqual(await rankingOf(client, calm));
  });

  test('a label refreshes predictions and order without training, and its undo takes it back', async () => {
    const { projectId, truth } = await vectorProject(client, { numPool: 400 });
    const roundId = await doneRound(client, projectId, { seed: 3 });
    const before = await predictionsOf(client, projectId);
    const { items, ranking } = await client.createLeases({ params: { projectId }, body: { count: 1 } });
    const [lease] = items;
    expect(lease!.rank).toBe(1);
    expect(lease!.reason).toMatch(/The model/);
    expect(ranking).toMatchObject({ roundId, numLiveUpdates: 0, strategy: 'lookahead' });
    const { id } = await client.createAnnotation({
      params: { itemId: lease!.item.id },
      body: { leaseId: lease!.leaseId, classKey: truth.get(lease!.item.id)! },
    });
    await untilLive(client, projectId, 1);
    const after = await predictionsOf(client, projectId);
    expect([...after].some(([itemId, p]) => Math.abs(p.c0! - before.get(itemId)!.c0!) > 1e-3)).toBe(true);
    const { items: next } = await client.createLeases({ params: { projectId }, body: { count: 1 } });
    expect(next[0]!.item.id).not.toBe(lease!.item.id);

    await client.deleteAnnotation({ params: { annotationId: id } });
    await untilLive(client, projectId, 2);
    const restored = await predictionsOf(client, projectId);
    for (const [itemId, p] of restored)
      for (const key of ['c0', 'c1', 'c2'])
        expect(Math.abs(p[key]! - before.get(itemId)![key]!)).toBeLessThan(1e-5);
    expect((await client.listRounds({ params: { projectId } })).items).toHaveLength(1);
  });

  test.runIf(process.platform === 'linux')(
    'the computations of the worker give way to whoever waits for the API, its locks do not',
    async () => {
      const { pid } = stack.workers[0]!;
      const threads = (await readdir(`/proc/${pid}/task`)).map(Number);
      expect(threads.filter((id) => os.getPriority(id) === 19).length).toBeGreaterThan(1);
      expect(os.getPriority(pid!)).toBe(os.getPriority(process.pid));
    },
  );

  test('labels given while no worker lives are caught up by the next one', async () => {
    const { projectId, truth } = await vectorProject(client, { numPool: 300 });
    await doneRound(client, projectId, {});
    await stack.workers[0]!.kill('SIGKILL');
    for (let i = 0; i < 3; i++) {
      const { items } = await client.createLeases({ params: { projectId }, body: { count: 1 } });
      await client.createAnnotation({
        params: { itemId: items[0]!.item.id },
        body: { leaseId: items[0]!.leaseId, classKey: truth.get(items[0]!.item.id)! },
      });
    }
    const { ranking } = await client.createLeases({ params: { projectId }, body: { count: 1 } });
    expect(ranking!.numLabelsBehind).toBe(3);
    await stack.workers[0]!.start();
    await untilLive(client, projectId, 3);
  });

  test('so many labels as the project says start the next round by themselves', async () => {
    const { projectId, truth } = await vectorProject(client, {
      numPool: 300,
      settings: { trigger: { everyLabels: 4 } },
    });
    const [first] = (await client.listRounds({ params: { projectId } })).items;
    expect((await client.waitForRound(first!.id)).trigger).toBe('first');
    for (let i = 0; i < 4; i++) {
      const { items } = await client.createLeases({ params: { projectId }, body: { count: 1 } });
      await client.createAnnotation({
        params: { itemId: items[0]!.item.id },
        body: { leaseId: items[0]!.leaseId, classKey: truth.get(items[0]!.item.id)! },
      });
    }
    const [second] = (await client.listRounds({ params: { projectId } })).items;
    expect(second!.id).not.toBe(first!.id);
    const round = await client.waitForRound(second!.id);
    expect(round).toMatchObject({ status: 'done', trigger: 'labels' });
    expect(round.metrics.numLabeled).toBe(16);
    const { points } = await client.getCurve({ params: { projectId } });
    expect(points.map((p) => [p.arm, p.numLabels])).toEqual([
      ['strategy', 12],
      ['strategy', 16],
    ]);
  });
});

describe('the line when things go wrong', () => {
  let stack: Stack;
  let client: Client;
  beforeAll(async () => {
    stack = await startStack();
    client = await loginTo(stack);
  });
  afterAll(() => stack?.stop());

  test('an API killed with -9 between two annotations loses nothing and doubles nothing', async () => {
    const { projectId, truth } = await vectorProject(client, { numPool: 60 });
    const { items } = await client.createLeases({ params: { projectId }, body: { count: 2 } });
    const label = (i: number, idempotencyKey: string) =>
      client.createAnnotation(
        {
          params: { itemId: items[i]!.item.id },
          body: { leaseId: items[i]!.leaseId, classKey: truth.get(items[i]!.item.id)! },
        },
        // More repetitions than by default: a restart may take long on a busy machine.
        { idempotencyKey, retries: { limit: 60, baseDelayMs: 200, maxDelayMs: 1000 } },
      );
    const first = await label(0, 'first');
    await stack.api.kill('SIGKILL');
    const second = label(1, 'second'); // retried by the client until the API is back
    await stack.api.start();
    await second;
    expect((await label(0, 'first')).id).toBe(first.id);
    expect((await label(1, 'second')).id).toBe((await second).id);
    const { items: annotations } = await client.listAnnotations({ params: { projectId } });
    expect(annotations.map((a) => a.id).sort()).toEqual([first.id, (await second).id].sort());
    expect((await client.getProject({ params: { projectId } })).counts.labeled).toBe(14);
  });

  test('rounds by age start by themselves, without a label or a call', async () => {
    const { projectId } = await vectorProject(client, { numPool: 60 });
    const params = { projectId };
    const started = async () => (await client.listRounds({ params })).items;
    expect(await started()).toEqual([]);
    await client.updateProject({ params, body: { settings: { trigger: { everyMs: 10_000 } } } });
    await expect.poll(started, { timeout: 60_000 }).toMatchObject([{ trigger: 'first' }]);
    await client.waitForRound((await started())[0]!.id);
  });

  test('a cancelled round ends, and leaves the way free for the next', async () => {
    const { projectId } = await vectorProject(client, { numPool: 300 });
    const { id } = await client.createRound({
      params: { projectId },
      body: { model: { steps: 5000, hidden: [512] } },
    });
    for await (const event of client.streamEvents({ params: { projectId } }))
      if (event.type === 'round.progress' && event.status === 'training') break;
    expect((await client.cancelRound({ params: { roundId: id } })).status).toBe('cancelled');
    await doneRound(client, projectId, { strategy: 'margin' });
    expect((await client.getRound({ params: { roundId: id } })).status).toBe('cancelled');
  });

  test('a round that fails says why, and goes on from there once that is mended', async () => {
    const projectId = await imageProject(client);
    const { itemId, mediaSha256 } = await firstExported(client, projectId);
    const blob = await findFile(stack.dataDir, mediaSha256);
    await rename(blob, `${blob}.away`);
    const { id } = await client.createRound({ params: { projectId }, body: {} });
    const failed = await client.waitForRound(id);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'blob-missing' } });
    expect(failed.error!.detail).toContain(mediaSha256);
    // Labeling goes on meanwhile.
    await client.createAnnotation({ params: { itemId }, body: { classKey: 'dark' } });

    await rename(`${blob}.away`, blob);
    expect((await client.retryRound({ params: { roundId: id } })).attempt).toBe(2);
    expect((await client.waitForRound(id)).status).toBe('done');
  });
});

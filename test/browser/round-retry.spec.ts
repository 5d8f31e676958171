import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { login } from '@tangent/client';
import { openDatabase } from '@tangent/database';
import { startStack } from '../../scripts/lib/stack.mjs';
import { closeGate, installGates } from '../integration/support/gates.js';
import { expect, newMember, test } from './support/house.js';
import { vectorLines, vectorProject, vectorRows } from './support/vectors.js';

async function findFile(folder: string, name: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = files.find((file) => file.name === name);
  if (found === undefined) throw new Error(`there is no ${name} below ${folder}`);
  return path.join(found.parentPath, name);
}

test('a round that failed tells why and the way out; once that is done, it goes on where it failed', async ({
  browser,
}) => {
  const stack = await startStack({ web: true });
  const db = openDatabase({ url: stack.databaseUrl, maxConnections: 1 });
  try {
    await installGates(stack.databaseUrl);
    const { client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password);
    const lines = vectorLines(vectorRows(60, 2), { numLabeled: 10 });
    const { id: projectId } = await vectorProject(client, 'Retried', { numClasses: 2, lines, numRows: 60 });
    const info = { ...stack, webUrl: stack.webUrl! };
    const page = await newMember(browser, info, client, projectId, 'engineer');

    // The features are written, and will be read by the next phase: there they are missing.
    const gate = await closeGate(stack.databaseUrl, 'the reduction');
    const { id: roundId } = await client.createRound({ params: { projectId }, body: { seed: 5 } });
    const params = { roundId };
    await page.goto(`/projects/${projectId}/rounds/${roundId}`);
    await gate.reached();
    const sql = 'SELECT features_key AS key FROM round_shards WHERE round_id = $1 AND index = 0';
    const [shard] = await db.query<{ key: string }>(sql, [roundId]);
    const blob = await findFile(stack.dataDir, shard!.key);
    await rename(blob, `${blob}.away`);
    await gate.open();

    const notice = page.getByText('blob-missing: ');
    await expect(notice).toContainText(`blob ${shard!.key} is not in the store`);
    await expect(notice).toContainText('restore the blobs from the backup');
    const failed = await client.getRound({ params });
    expect(failed).toMatchObject({ status: 'failed', attempt: 1 });

    const retry = async () => {
      await page.getByRole('button', { name: 'Retry round 1' }).click();
      const dialog = page.getByRole('dialog', { name: 'Retry round 1?' });
      await dialog.getByRole('button', { name: 'Retry', exact: true }).click();
      await expect(dialog).toBeHidden();
    };
    // The cause is still there: it fails of it again, and says so again.
    await retry();
    const endOf = async () => {
      const { attempt, status } = await client.getRound({ params });
      return `${attempt} ${status}`;
    };
    await expect.poll(endOf).toBe('2 failed');
    await expect(notice).toBeVisible();

    await rename(`${blob}.away`, blob);
    await retry();
    await expect.poll(endOf).toBe('3 done');
    await expect(notice).toBeHidden();
    await expect(page.getByRole('button', { name: 'Retry round 1' })).toBeHidden();
    await expect(page.getByRole('button', { name: 'Cancel round 1' })).toBeHidden();
    // What was done before it failed was not done again.
    const done = await client.getRound({ params });
    expect(done.error).toBeNull();
    expect(done.modelVersion).toBe(failed.modelVersion);
    for (const phase of ['training', 'featurizing']) expect(done.timings[phase]).toBe(failed.timings[phase]);
    const { items } = await client.getRoundRanking({ params, query: { limit: 60 } });
    expect(items).toHaveLength(50);
    await page.context().close();
  } finally {
    await db.close();
    await stack.stop();
  }
});

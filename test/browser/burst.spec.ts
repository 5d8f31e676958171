import type { Request } from '@playwright/test';
import { login } from '@tangent/client';
import { openDatabase } from '@tangent/database';
import { startStack } from '../../scripts/lib/stack.mjs';
import { expect, logIn, test } from './support/house.js';
import { vectorLines, vectorProject, vectorRows } from './support/vectors.js';

test('what was asked about items that have left the screen holds up neither the browser nor the worker', async ({
  page,
}) => {
  const stack = await startStack({ web: true });
  const db = openDatabase({ url: stack.databaseUrl, maxConnections: 1 });
  const worker = stack.workers[0]!;
  try {
    const { client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password);
    const rows = vectorRows(60, 2);
    const lines = vectorLines(rows, { numLabeled: 10 });
    const { id: projectId } = await vectorProject(client, 'Burst', { numClasses: 2, lines, numRows: 60 });
    const params = { projectId };
    const { id: roundId } = await client.createRound({ params, body: { seed: 1 } });
    expect((await client.waitForRound(roundId)).status).toBe('done');

    const asked = new Set<Request>();
    const isQuestion = (request: Request) => /\/(explanation|what-if)$/.test(request.url());
    page.on('request', (request) => isQuestion(request) && asked.add(request));
    page.on('requestfinished', (request) => asked.delete(request));
    page.on('requestfailed', (request) => asked.delete(request));
    await logIn(page, stack.admin, stack.webUrl);
    await page.goto(`${stack.webUrl}/projects/${projectId}/annotate`);
    await expect(page.getByTestId('why-origin')).toBeVisible({ timeout: 60_000 });

    // It answers nothing any more, and nobody knows yet.
    process.kill(worker.pid!, 'SIGSTOP');
    for (let n = 0; n < 8; n += 1) {
      const next = page.waitForRequest(isQuestion);
      await page.keyboard.press('1');
      await next;
    }
    await expect.poll(() => asked.size, { timeout: 1500 }).toBeLessThanOrEqual(2);
    await expect(page.getByTestId('unsent')).toHaveCount(0);
    const numOpen = async () => {
      const sql = 'SELECT count(*)::int AS n FROM live_requests WHERE replied_at IS NULL';
      return (await db.query<{ n: number }>(sql, []))[0]!.n;
    };
    await expect.poll(numOpen, { timeout: 1500 }).toBeLessThanOrEqual(2);
    expect((await client.getProject({ params })).counts.labeled).toBe(18);

    process.kill(worker.pid!, 'SIGCONT');
    // The item on screen is asked about again, and the answer is its own.
    await expect(page.getByTestId('what-if')).not.toHaveClass(/opacity-40/, { timeout: 60_000 });
  } finally {
    if (worker.pid !== undefined) process.kill(worker.pid, 'SIGCONT');
    await db.close();
    await stack.stop();
  }
});

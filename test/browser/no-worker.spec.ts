import { login } from '@tangent/client';
import { startStack } from '../../scripts/lib/stack.mjs';
import { expect, logIn, test } from './support/house.js';

test('without a worker a banner says what still works, and labeling goes on', async ({ page }) => {
  const stack = await startStack({ web: true, numWorkers: 1 });
  try {
    const { client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password);
    const project = await client.createProject({
      body: {
        name: 'Vectors',
        type: 'vector',
        classes: [{ key: 'near' }, { key: 'far' }],
        settings: { trigger: { everyLabels: null } },
      },
    });
    const rows = [1, 2, 3].map((x) => JSON.stringify({ vector: [x, -x, x / 2] })).join('\n');
    const started = await client.uploadImport({
      params: { projectId: project.id },
      file: new Blob([rows]),
      fileName: 'vectors.jsonl',
    });
    await client.waitForOperation(started.id);
    const numLabeled = async () =>
      (await client.getProject({ params: { projectId: project.id } })).counts.labeled;

    await logIn(page, stack.admin, stack.webUrl);
    await page.goto(`${stack.webUrl}/projects/${project.id}/annotate`);
    // Those that come up are vectors, too.
    await expect(page.getByTestId('stage').getByRole('img', { name: 'Vector of 3 numbers' })).toBeVisible();
    await page.keyboard.press('1');
    await expect.poll(numLabeled).toBe(1);

    // It dies in the middle of the work.
    await stack.workers[0]!.kill();
    await expect(page.getByRole('status').filter({ hasText: 'No worker is alive' })).toBeVisible({
      timeout: 60_000,
    });
    await page.keyboard.press('1');
    await expect(page.getByTestId('unsent')).toHaveCount(0);
    await expect.poll(numLabeled).toBe(2);

    // Without an API either, what is on screen is old, and says so.
    await page.goto(`${stack.webUrl}/admin/workers`);
    await expect(
      page.getByRole('region', { name: 'Workers' }).getByText('silent', { exact: true }),
    ).toBeVisible();
    const notCurrent = page.getByRole('status').filter({ hasText: 'Not current since' });
    await expect(notCurrent).toHaveCount(0);
    await stack.api.kill();
    await expect(notCurrent).toContainText('the server does not answer');
    await expect(
      page.getByRole('region', { name: 'Workers' }).getByText('silent', { exact: true }),
    ).toBeVisible();
    await page.context().setOffline(true);
    await expect(notCurrent).toContainText('this device is offline');
    await page.context().setOffline(false);
    await stack.api.start();
    await expect(notCurrent).toHaveCount(0);

    await stack.workers[0]!.start();
    await expect(page.getByRole('status').filter({ hasText: 'No worker is alive' })).toHaveCount(0, {
      timeout: 60_000,
    });
  } finally {
    await stack.stop();
  }
});

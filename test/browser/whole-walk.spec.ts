import { readFile } from 'node:fs/promises';
import { expect, logIn, test } from './support/house.js';
import { vectorLines, vectorProject, vectorRows } from './support/vectors.js';

test('one walk: import, a round, labels, an undo, the curve of a second round, the export', async ({
  page,
  stack,
  client,
}) => {
  const rows = vectorRows(140, 2);
  const project = await vectorProject(client, 'Whole walk', {
    numClasses: 2,
    lines: vectorLines(rows.slice(0, 1), { numLabeled: 0 }),
    numRows: 1,
  });
  const params = { projectId: project.id };
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/import`);
  await page.getByLabel('File to import').setInputFiles({
    name: 'rows.jsonl',
    mimeType: 'application/x-ndjson',
    buffer: Buffer.from(vectorLines(rows.slice(1), { numLabeled: 20, numHeldOut: 40 })),
  });
  await page.getByRole('button', { name: 'Import 139 items' }).click();
  await expect(page.getByText('Imported', { exact: true })).toBeVisible();

  // A round is started, seen through its phases and shards without a reload, and ends.
  const startRound = async () => {
    await page.goto(`/projects/${project.id}/rounds`);
    await page.getByRole('button', { name: 'Start a round' }).click();
    const dialog = page.getByRole('dialog', { name: 'Start a round' });
    await dialog.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(dialog).toBeHidden();
  };
  await client.pauseQueue({ params: { name: 'rounds' } });
  try {
    await startRound();
    await expect(page.getByTestId('round-progress')).toContainText('Round 1 is waiting for a worker');
    await page.getByRole('link', { name: '1', exact: true }).click();
    await expect(page.getByText('No phase has finished yet.')).toBeVisible();
  } finally {
    // Whatever became of it: the next tests need rounds, too.
    await client.resumeQueue({ params: { name: 'rounds' } });
  }
  await expect(page.getByTestId('round-progress')).toHaveCount(0, { timeout: 150_000 });
  const phases = page.getByRole('region', { name: 'Phases' }).getByRole('listitem');
  await expect(phases.filter({ hasText: /^(training|featurizing|scoring|selecting)/ })).toHaveCount(4);
  await expect(
    page.getByRole('listitem').filter({ hasText: /Shard 0: \d+ items, features done .*, scores done/ }),
  ).toHaveCount(1);

  // Labels by keys, one of them taken back and given anew.
  await page.getByRole('link', { name: 'Label', exact: true }).click();
  const stage = page.getByTestId('stage');
  const labelNext = async (): Promise<string> => {
    await expect(stage).toHaveAttribute('data-item-id', /./);
    const itemId = (await stage.getAttribute('data-item-id'))!;
    const { externalId } = await client.getItem({ params: { itemId } });
    const row = rows.find(({ id }) => id === externalId)!;
    await page.keyboard.press(row.label === 'class 0' ? '1' : '2');
    await expect(stage).not.toHaveAttribute('data-item-id', itemId);
    return itemId;
  };
  const labeled: string[] = [];
  for (let n = 0; n < 4; n += 1) labeled.push(await labelNext());
  await page.keyboard.press('u');
  await expect(stage).toHaveAttribute('data-item-id', labeled.at(-1)!);
  await expect
    .poll(async () => (await client.getItem({ params: { itemId: labeled.at(-1)! } })).label)
    .toBeNull();
  expect(await labelNext()).toBe(labeled.at(-1));
  await expect(page.getByTestId('unsent')).toHaveCount(0);

  await startRound();
  await expect
    .poll(async () => (await client.listRounds({ params })).items[0]?.status, { timeout: 150_000 })
    .toBe('done');
  const { points } = await client.getCurve({ params });
  const strategy = points.filter(({ arm }) => arm === 'strategy');
  expect(strategy.map(({ numLabels }) => numLabels)).toEqual([20, 24]);
  const rowsOfRounds = page
    .getByRole('row')
    .filter({ has: page.getByRole('checkbox', { name: /^Compare round/ }) });
  await expect(rowsOfRounds.first()).toContainText(`${(100 * strategy[1]!.accuracy).toFixed(1)}%`);
  await expect(page.getByTestId('curve').locator('svg')).toBeVisible();

  await page.getByRole('link', { name: 'Data', exact: true }).click();
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV' }).click();
  const lines = (await readFile((await (await download).path())!, 'utf8')).trimEnd().split(/\r?\n/);
  expect(lines).toHaveLength(1 + rows.length);
  for (const itemId of labeled) {
    const { externalId, label } = await client.getItem({ params: { itemId } });
    expect(lines.filter((line) => line.includes(`${externalId},`))).toEqual([
      expect.stringContaining(`,${label},`),
    ]);
  }
});

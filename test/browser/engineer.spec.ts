import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { faults } from './support/axe.js';
import { expect, logIn, newMember, test, textProject } from './support/house.js';

/** Rows of a JSONL file of images: dark ones and bright ones, some of them labeled. */
async function imageRows(numRows: number): Promise<string[]> {
  const rows: string[] = [];
  for (let n = 0; n < numRows; n += 1) {
    const isBright = n % 2 === 1;
    const pixels = Uint8Array.from({ length: 64 }, (_, i) => ((i * 7 + n * 13) % 90) + (isBright ? 150 : 0));
    const image = await sharp(pixels, { raw: { width: 8, height: 8, channels: 1 } })
      .png()
      .toBuffer();
    const label = n < 12 ? { label: isBright ? 'Bright' : 'Dark' } : {};
    rows.push(JSON.stringify({ id: `row-${n}`, image: image.toString('base64'), ...label }));
  }
  return rows;
}

/** From the clipboard, as a person would. */
async function paste(page: Page, text: string): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByLabel('Name of class 1').focus();
  // As a string: the types of a page are not those of the tests.
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.keyboard.press('Control+V');
}

test('six actions lead from no project to a running round; what cannot be taken is named by its line', async ({
  page,
  stack,
  client,
}) => {
  const rows = await imageRows(40);
  rows.splice(3, 0, JSON.stringify({ id: 'bad', image: 'AAAA', label: 'Gray' }), '{"image": ');
  await logIn(page, stack.admin);
  await page.getByRole('link', { name: 'New project' }).click(); // 1
  const name = `Six actions ${Date.now()}`;
  await page.getByLabel('Name', { exact: true }).fill(name); // 2
  await paste(page, 'Dark\nBright\n'); // 3
  await expect(page.getByLabel('Class 2 in files')).toHaveValue('Bright');
  await page.getByRole('button', { name: 'Create, and import items' }).click(); // 4
  await page.getByLabel('File to import').setInputFiles({
    name: 'rows.jsonl',
    mimeType: 'application/x-ndjson',
    buffer: Buffer.from(rows.join('\n')),
  }); // 5
  await expect(page.getByTestId('counts')).toContainText('would be new40');
  await expect(page.getByTestId('row-errors').getByRole('row')).toHaveCount(2);
  await expect(page.getByTestId('row-errors')).toContainText(/line 4.*line 5/);
  const projectId = /projects\/(prj_[^/]+)\/import/.exec(page.url())![1]!;
  const params = { projectId };
  expect((await client.getProject({ params })).counts.items).toBe(0);

  await page.getByRole('button', { name: 'Import 40 items' }).click(); // 6
  await expect(page.getByText('Imported', { exact: true })).toBeVisible();
  await expect.poll(async () => (await client.listRounds({ params })).items.length).toBe(1);
  expect((await client.getProject({ params })).counts).toMatchObject({ items: 40, labeled: 12 });

  // The address knows the import: a reload shows it again.
  await page.reload();
  await expect(page.getByTestId('counts')).toContainText('new items40');
  // One that is dropped is looked at in the same way: its picture is there already.
  await page.getByRole('button', { name: 'Import another file' }).click();
  const dropped = JSON.stringify(JSON.stringify({ id: 'dropped', image: JSON.parse(rows[0]!).image }));
  const dataTransfer = await page.evaluateHandle(
    `(() => { const data = new DataTransfer(); data.items.add(new File([${dropped}], 'dropped.jsonl')); return data; })()`,
  );
  await page.getByTestId('drop').dispatchEvent('drop', { dataTransfer });
  await expect(page.getByTestId('counts')).toContainText('rows read1would be new0there already1');
});

test('an item is found, labeled by a reviewer and labeled anew, and its answers are told', async ({
  page,
  browser,
  stack,
  client,
}) => {
  const texts = Array.from({ length: 70 }, (_, n) => `Sentence ${n} of 100% <b>cotton</b>`);
  const project = await textProject(client, 'Found items', texts);
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/data`);
  const items = page.getByTestId('items').getByRole('button');
  await expect(items).toHaveCount(60);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(items).toHaveCount(70);
  await page.getByRole('searchbox').fill('sentence 41 of 100%');
  await page.keyboard.press('Enter');
  await expect(items).toHaveCount(1);

  await items.first().focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByTestId('item-dialog');
  await dialog.getByRole('button', { name: 'Good' }).click();
  await expect(dialog.getByRole('button', { name: 'Good' })).toHaveAttribute('aria-pressed', 'true');
  await dialog.getByRole('button', { name: 'Bad' }).click();
  await expect(dialog.getByRole('button', { name: 'Bad' })).toHaveAttribute('aria-pressed', 'true');
  await expect(dialog.getByRole('listitem')).toHaveCount(2);
  await expect(dialog.getByRole('listitem').nth(1)).toContainText('taken back or replaced');
  await page.keyboard.press('Escape');
  expect(
    (await client.listItems({ params: { projectId: project.id }, query: { label: 'bad' } })).items,
  ).toEqual([expect.objectContaining({ text: texts[41], label: 'bad' })]);

  await page.getByRole('button', { name: 'API' }).click();
  await expect(page.getByTestId('snippet')).toContainText(
    `/v1/projects/${project.id}/items?text=sentence+41`,
  );
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^Found-items-.*\.csv$/);
  const exported = (await readFile((await file.path())!, 'utf8')).trimEnd().split(/\r?\n/);
  expect(exported.filter((line) => line.includes('row-41,'))).toEqual([expect.stringContaining(',bad,')]);

  // What an annotator may not do is not offered.
  const annotator = await newMember(browser, stack, client, project.id);
  await annotator.goto(`/projects/${project.id}/data`);
  await expect(annotator.getByTestId('items').getByRole('button')).toHaveCount(60);
  await expect(annotator.getByRole('link', { name: 'Import' })).toHaveCount(0);
  await expect(annotator.getByRole('button', { name: 'Export' })).toHaveCount(0);
  await expect(annotator.getByRole('navigation', { name: 'Project' }).getByRole('link')).toHaveText([
    'Label',
    'Rounds',
    'Data',
  ]);
  await annotator.goto(`/projects/${project.id}/import`);
  await expect(annotator.getByRole('heading', { name: 'This page is not for your role' })).toBeVisible();

  // What a round would do is told before it is started.
  const params = { projectId: project.id };
  const { items: unlabeled } = await client.listItems({ params, query: { status: 'unlabeled', limit: 1 } });
  await client.createAnnotation({ params: { itemId: unlabeled[0]!.id }, body: { classKey: 'good' } });
  await page.goto(`/projects/${project.id}/rounds`);
  await page.getByRole('button', { name: 'Start a round' }).click();
  const start = page.getByRole('dialog', { name: 'Start a round' });
  await start.getByText('MLMOC', { exact: true }).click();
  await start.getByText('that of the project, unless changed here').click();
  await start.getByLabel('Kernel', { exact: true }).selectOption('last-layer');
  await start.getByLabel('Change of outputs', { exact: true }).selectOption('l2');
  await expect(start.getByTestId('estimate')).toContainText(
    'Learns from 2 labels, scores 68 of 70 items in 1 shard.',
  );
  await start.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(start).toBeHidden();
  const newest = async () => (await client.listRounds({ params })).items[0];
  await expect
    .poll(newest)
    .toMatchObject({ config: { strategy: 'mlmoc', norm: 'l2', kernel: { type: 'last-layer' } } });

  // Where an item is labeled twice, it is told how far the two agree.
  await client.updateProject({ params: { projectId: project.id }, body: { settings: { overlap: 2 } } });
  await annotator.goto(`/projects/${project.id}/annotate`);
  const stage = annotator.getByTestId('stage');
  for (const answer of ['g', 'b']) {
    await expect(annotator.getByTestId('item-text')).toBeVisible();
    const itemId = (await stage.getAttribute('data-item-id'))!;
    await annotator.keyboard.press(answer);
    await expect(stage).not.toHaveAttribute('data-item-id', itemId);
    await expect(annotator.getByTestId('unsent')).toHaveCount(0);
    await client.createAnnotation({ params: { itemId }, body: { classKey: 'good' } });
  }
  await page.goto(`/projects/${project.id}/insight`);
  await expect(page.getByRole('region', { name: 'Agreement', exact: true })).toContainText(
    /2 items, 2 annotators.*50\.0%/,
  );
  await annotator.context().close();
});

test('axe finds nothing on the engineer’s screens, light and dark', async ({ page, stack, digits }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await logIn(page, stack.admin);
  await page.goto('/projects/new');
  await page.getByText('Settings', { exact: false }).first().click();
  await expect(page.getByLabel('Batch size')).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.goto(`/projects/${digits.id}/import`);
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible();
  expect(await faults(page)).toEqual([]);

  await page.goto(`/projects/${digits.id}/insight`);
  await expect(page.getByTestId('forecast')).toBeVisible();
  await expect(page.getByTestId('suspects')).toBeVisible();
  await page.getByTestId('confusion').getByRole('button').first().click();
  await expect(page.getByTestId('cell-items')).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.getByTestId('cell-items').getByRole('button').first().click();
  await expect(page.getByTestId('item-dialog')).toBeVisible();
  expect(await faults(page)).toEqual([]);

  await page.goto(`/projects/${digits.id}/lab`);
  await expect(page.getByTestId('lab')).toBeVisible({ timeout: 60_000 });
  expect(await faults(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 800 });
  for (const place of ['data', 'insight', 'lab', 'import', 'rounds']) {
    await page.goto(`/projects/${digits.id}/${place}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(
      await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'),
    ).toBeLessThanOrEqual(0);
  }
});

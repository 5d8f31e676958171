import { expect, logIn, test } from './support/house.js';

test('among a thousand classes one is found by name, and the item has its label', async ({
  page,
  stack,
  client,
}) => {
  const classes = Array.from({ length: 1000 }, (_, n) => ({ key: `c${n}`, name: `Species ${n}` }));
  const project = await client.createProject({
    body: { name: 'Species', type: 'text', classes, settings: { trigger: { everyLabels: null } } },
  });
  const params = { projectId: project.id };
  const rows = ['one', 'two'].map((text) => JSON.stringify({ id: text, text })).join('\n');
  const { id } = await client.uploadImport({ params, file: new Blob([rows]), fileName: 'rows.jsonl' });
  await client.waitForOperation(id);
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/annotate`);
  await expect(page.getByTestId('item-text')).toBeVisible();
  // Not a thousand buttons: those with keys first, and how many more there are.
  await expect(page.getByRole('group', { name: 'Classes' }).getByRole('button')).toHaveCount(60);
  await expect(page.getByText('940 more')).toBeVisible();

  await page.keyboard.press('/');
  const field = page.getByRole('searchbox', { name: 'Find a class' });
  await expect(field).toBeFocused();
  await page.keyboard.type('species 737');
  await expect(page.getByText('1 found')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect
    .poll(async () => (await client.listAnnotations({ params })).items.map(({ classKey }) => classKey))
    .toEqual(['c737']);
  await expect(field).toHaveValue('');
  await expect(field).not.toBeFocused();
  // The keys are those of labeling again.
  await page.keyboard.press('2');
  await expect.poll(async () => (await client.getProject({ params })).counts.labeled).toBe(2);
});

import { faults } from './support/axe.js';
import { shownItem } from './support/digits.js';
import { expect, logIn, test } from './support/house.js';

test('axe finds nothing on any screen, light and dark', async ({ page, stack, client, digits }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/login');
  await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await logIn(page, stack.admin);
  await expect(page.getByRole('article').filter({ hasText: 'Digits' })).toContainText('accuracy at');
  expect(await faults(page)).toEqual([]);

  await page.goto(`/projects/${digits.id}/annotate`);
  await shownItem(page);
  await expect(page.getByTestId('what-if')).toBeVisible();
  await expect(page.getByTestId('mini-curve')).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('s');
  await expect(page.getByRole('menu')).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('Escape');

  await page.goto(`/projects/${digits.id}/rounds`);
  await expect(page.getByTestId('round-status').last()).toHaveText('done');
  await expect(page.getByTestId('curve')).toBeVisible();
  expect(await faults(page)).toEqual([]);
  const start = page.getByRole('button', { name: 'Start a round' });
  await expect(start).toBeEnabled({ timeout: 120_000 });
  await start.click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await faults(page)).toEqual([]);

  const { items } = await client.listRounds({ params: { projectId: digits.id } });
  await page.goto(`/projects/${digits.id}/rounds/${items.at(-1)!.id}`);
  await expect(page.getByRole('heading', { name: 'The batch' })).toBeVisible();
  expect(await faults(page)).toEqual([]);

  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  expect(await faults(page)).toEqual([]);
});

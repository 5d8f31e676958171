import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { labelOne, shownItem } from './support/digits.js';
import { expect, logIn, test } from './support/house.js';

// Not a test: draws the pictures of the README and of docs. Run by hand, `npm run docs:screenshots`.

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const numRounds = 7;

/** Everything has arrived, and nothing glides any more. */
async function settle(page: Page): Promise<void> {
  await expect(page.getByTestId('unsent')).toHaveCount(0);
  await expect(page.getByTestId('round-progress')).toHaveCount(0, { timeout: 120_000 });
  await loaded(page);
}

/** What can be seen is there, and nothing is busy. Not “no request is under way”: the stream of events never ends. */
async function loaded(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await expect
    .poll(() =>
      page.evaluate(`[...document.images].every((image) => {
        const { x, y, width, height } = image.getBoundingClientRect();
        const isSeen = document.elementFromPoint(x + width / 2, y + height / 2) === image;
        return image.complete || !isSeen;
      })`),
    )
    .toBe(true);
}

test.use({ deviceScaleFactor: 2 });

test('pictures', async ({ page, stack, client, digits }) => {
  const params = { projectId: digits.id };
  const numDone = async () =>
    (await client.listRounds({ params })).items.filter(({ status }) => status === 'done').length;
  await logIn(page, stack.admin);
  await page.goto(`/projects/${digits.id}/annotate`);
  // Enough rounds for a curve that says something, each trained on right answers.
  for (let round = 1; round < numRounds; round += 1) {
    for (let n = 0; n < 10; n += 1) {
      await labelOne(page);
      await expect(page.getByTestId('effect')).toContainText('flipped', { timeout: 60_000 });
    }
    await expect.poll(numDone, { timeout: 180_000 }).toBeGreaterThan(round);
  }
  for (let n = 0; n < 4; n += 1) {
    await labelOne(page);
    await expect(page.getByTestId('effect')).toContainText('flipped', { timeout: 60_000 });
  }

  for (const [colorScheme, suffix] of [
    ['light', ''],
    ['dark', '-dark'],
  ] as const) {
    // Nothing glides in a picture.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await shownItem(page);
    await settle(page);
    await expect(page.getByTestId('what-if')).toHaveCSS('opacity', '1');
    await page.screenshot({ path: `${folder}annotate${suffix}.png` });
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByRole('link', { name: 'Rounds', exact: true }).click();
  await expect(page.getByTestId('curve').locator('svg')).toBeVisible();
  await loaded(page);
  await page.screenshot({ path: `${folder}rounds.png` });
  await page.goto(`/projects/${digits.id}/insight`);
  for (const part of ['forecast', 'confusion', 'suspects'])
    await expect(page.getByTestId(part)).toBeVisible();
  await expect(page.getByTestId('curve').locator('svg')).toBeVisible();
  await loaded(page);
  await page.screenshot({ path: `${folder}insight.png`, fullPage: true });
  await page.goto(`/projects/${digits.id}/data?order=rank`);
  await expect(page.getByTestId('items')).toBeVisible();
  await loaded(page);
  await page.screenshot({ path: `${folder}data.png` });
  await page.goto(`/projects/${digits.id}/lab`);
  await expect(page.getByTestId('lab')).toBeVisible({ timeout: 60_000 });
  await page.screenshot({ path: `${folder}lab.png`, fullPage: true });

  await page.goto(`/projects/${digits.id}/map`);
  await expect(page.getByRole('application')).toBeVisible({ timeout: 60_000 });
  await loaded(page);
  await page.screenshot({ path: `${folder}map.png` });

  const { items } = await client.listRounds({ params });
  for (const [path, name] of [
    ['/admin/users', 'admin-users'],
    ['/admin/workers', 'admin-workers'],
    [`/admin/rounds/${items.at(-1)!.id}`, 'admin-round'],
    ['/admin/audit', 'admin-audit'],
  ] as const) {
    await page.goto(path);
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await page.screenshot({ path: `${folder}${name}.png` });
  }
});

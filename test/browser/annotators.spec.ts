import { labelOne, shownItem } from './support/digits.js';
import { expect, newAnnotator, test } from './support/house.js';

test('two annotators side by side never see the same item', async ({ browser, stack, client, digits }) => {
  const pages = [
    await newAnnotator(browser, stack, client, digits.id),
    await newAnnotator(browser, stack, client, digits.id),
  ];
  for (const page of pages) await page.goto(`/projects/${digits.id}/annotate`);
  // Enough answers that each page asks for more of the same ranking.
  const seen = await Promise.all(
    pages.map(async (page) => {
      const items: string[] = [];
      for (let n = 0; n < 8; n += 1) items.push(await labelOne(page));
      return [...items, await shownItem(page)];
    }),
  );
  const all = seen.flat();
  expect(new Set(all).size).toBe(all.length);
  for (const page of pages) await expect(page.getByTestId('unsent')).toHaveCount(0);
  await Promise.all(pages.map((page) => page.context().close()));
});

test('leaving the page gives the waiting items back', async ({ browser, stack, client, digits }) => {
  const params = { projectId: digits.id };
  const numLeased = async () => (await client.getProject({ params })).counts.leased;
  const before = await numLeased();
  const page = await newAnnotator(browser, stack, client, digits.id);
  await page.goto(`/projects/${digits.id}/annotate`);
  await shownItem(page);
  // One on screen and ten behind it; not one more.
  await expect.poll(numLeased).toBe(before + 11);
  await expect(page.getByTestId('upcoming').locator('[data-item-id]')).not.toHaveCount(0);
  expect(await numLeased()).toBe(before + 11);
  await page.goto('/');
  await expect.poll(numLeased).toBe(before);
  await page.context().close();
});

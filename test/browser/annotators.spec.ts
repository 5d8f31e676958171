import type { Page } from '@playwright/test';
import { labelOne, shownItem } from './support/digits.js';
import { expect, newMember, textProject, test as withHouse } from './support/house.js';

interface Fixtures {
  /** An annotator of the digits who has not opened the annotate page yet. */
  readonly newcomer: {
    readonly page: Page;
    /** Items that anybody holds: now, and before she came. */
    readonly numLeased: () => Promise<number>;
    readonly before: number;
  };
}

const test = withHouse.extend<Fixtures>({
  newcomer: async ({ browser, stack, client, digits }, use) => {
    const numLeased = async () =>
      (await client.getProject({ params: { projectId: digits.id } })).counts.leased;
    const before = await numLeased();
    const page = await newMember(browser, stack, client, digits.id);
    await use({ page, numLeased, before });
    await page.context().close();
  },
});

test('two annotators side by side never see the same item', async ({ browser, stack, client, digits }) => {
  const pages = [
    await newMember(browser, stack, client, digits.id),
    await newMember(browser, stack, client, digits.id),
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

test('leaving the page gives the waiting items back', async ({ newcomer, digits }) => {
  const { page, numLeased, before } = newcomer;
  await page.goto(`/projects/${digits.id}/annotate`);
  await shownItem(page);
  // One on screen and ten behind it; not one more.
  await expect.poll(numLeased).toBe(before + 11);
  await expect(page.getByTestId('upcoming').locator('[data-item-id]')).not.toHaveCount(0);
  expect(await numLeased()).toBe(before + 11);
  await page.goto('/');
  await expect.poll(numLeased).toBe(before);
});

test('leaving while items are being swapped gives back those that were on their way, too', async ({
  newcomer,
  client,
  digits,
}) => {
  const { page, numLeased, before } = newcomer;
  await page.goto(`/projects/${digits.id}/annotate`);
  await shownItem(page);
  await expect.poll(numLeased).toBe(before + 11);
  // From here on no request for leases comes to the server.
  let isSwapping = false;
  await page.route('**/leases', () => {
    isSwapping = true;
  });
  const { items } = await client.createLeases({
    params: { projectId: digits.id },
    body: { count: 1 },
  });
  const { leaseId, item } = items[0]!;
  await client.createAnnotation({ params: { itemId: item.id }, body: { leaseId, classKey: '0' } });
  await expect.poll(() => isSwapping).toBe(true);
  await page.goto('/');
  await expect.poll(numLeased).toBe(before);
});

test('reloading before the answer with items has come leaves none of them behind', async ({
  newcomer,
  digits,
}) => {
  const { page, numLeased, before } = newcomer;
  // The server answers, and nobody ever reads it.
  await page.route('**/leases', async (route) => void (await route.fetch()), { times: 1 });
  await page.goto(`/projects/${digits.id}/annotate`);
  await expect.poll(numLeased).toBe(before + 11);
  await page.reload();
  await shownItem(page);
  await expect.poll(numLeased).toBe(before + 11);
  await page.goto('/');
  await expect.poll(numLeased).toBe(before);
});

test('where the browser forbids to remember what was asked, labeling goes on', async ({
  newcomer,
  digits,
}) => {
  const { page } = newcomer;
  await page.addInitScript(
    "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } })",
  );
  await page.goto(`/projects/${digits.id}/annotate`);
  await labelOne(page);
  await shownItem(page);
});

test('of a pool of twelve one annotator leaves some for the next, and both label it to the end', async ({
  browser,
  stack,
  client,
}) => {
  const texts = Array.from({ length: 12 }, (_, n) => `A small pool, text ${n}`);
  const project = await textProject(client, 'Small pool', texts);
  const counts = async () => (await client.getProject({ params: { projectId: project.id } })).counts;
  const pages: Page[] = [];
  for (const numLeased of [6, 9]) {
    const page = await newMember(browser, stack, client, project.id);
    pages.push(page);
    await page.goto(`/projects/${project.id}/annotate`);
    await expect(page.getByTestId('item-text')).toBeVisible();
    await expect.poll(async () => (await counts()).leased).toBe(numLeased);
  }
  const answered: string[] = [];
  const numOf = [0, 0];
  // In turn, so that neither labels the pool alone; the last items may both be with one of them.
  for (let n = 0; n < texts.length; n += 1) {
    const isShowing = (turn: number) => pages[turn]!.getByTestId('item-text').isVisible();
    const turns = [n % 2, (n + 1) % 2];
    let turn = -1;
    await expect(async () => {
      const shown = await Promise.all(turns.map(isShowing));
      turn = turns.find((_, i) => shown[i])!;
      expect(turn).toBeDefined();
    }).toPass();
    const stage = pages[turn]!.getByTestId('stage');
    const itemId = (await stage.getAttribute('data-item-id'))!;
    answered.push(itemId);
    numOf[turn]! += 1;
    await pages[turn]!.keyboard.press('g');
    await expect(stage).not.toHaveAttribute('data-item-id', itemId);
  }
  for (const num of numOf) expect(num).toBeGreaterThanOrEqual(4);
  expect(new Set(answered).size).toBe(texts.length);
  for (const page of pages)
    await expect(page.getByRole('heading', { name: 'Every item has its label' })).toBeVisible();
  expect(await counts()).toMatchObject({ labeled: 12, leased: 0 });
  await Promise.all(pages.map((page) => page.context().close()));
});

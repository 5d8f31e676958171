import { shownItem } from './support/digits.js';
import { expect, logIn, test } from './support/house.js';

const budgetBytes = 250_000;

test('the annotate page loads less than 250 kB of JavaScript, compressed', async ({
  page,
  stack,
  digits,
}) => {
  await logIn(page, stack.admin);
  const context = await page
    .context()
    .browser()!
    .newContext({
      baseURL: stack.webUrl,
      storageState: await page.context().storageState(),
    });
  const fresh = await context.newPage();
  const sizes: Promise<{ readonly url: string; readonly numBytes: number }>[] = [];
  fresh.on('requestfinished', (request) => {
    if (request.resourceType() !== 'script') return;
    const url = request.url();
    expect(new URL(url).origin).toBe(stack.webUrl);
    sizes.push(request.sizes().then(({ responseBodySize }) => ({ url, numBytes: responseBodySize })));
  });
  await fresh.goto(`/projects/${digits.id}/annotate`);
  await shownItem(fresh);
  await expect(fresh.getByTestId('what-if')).toBeVisible();
  const loaded = await Promise.all(sizes);
  const numBytes = loaded.reduce((sum, one) => sum + one.numBytes, 0);
  console.log(`annotate: ${loaded.length} scripts, ${(numBytes / 1000).toFixed(0)} kB compressed`);
  expect(loaded.length).toBeGreaterThan(3);
  expect(numBytes).toBeLessThan(budgetBytes);
  await context.close();
});

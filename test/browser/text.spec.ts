import { expect, logIn, test, textProject } from './support/house.js';

const hostile =
  '<b>Invoice</b> <script>window.hacked = true</script><img src=x onerror="window.hacked = true">';

test('an item with HTML and scripts is shown as text', async ({ page, stack, client }) => {
  const project = await textProject(client, 'Hostile text', [hostile]);
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/annotate`);
  await expect(page.getByTestId('item-text')).toHaveText(hostile);
  expect(await page.getByTestId('item-text').locator('*').count()).toBe(0);
  await page.keyboard.press('g');
  await expect(page.getByRole('heading', { name: 'Every item has its label' })).toBeVisible();
  await expect(page.getByRole('list', { name: /Your latest answers/ })).toContainText('Good');
  expect(await page.evaluate('window.hacked')).toBeUndefined();
});

test('right-to-left text reads from the right, and long text scrolls from the keyboard', async ({
  page,
  stack,
  client,
}) => {
  const texts = ['مرحبا بالعالم', 'A long report. '.repeat(400)];
  const project = await textProject(client, 'Directions', texts);
  await logIn(page, stack.admin);
  await page.goto(`/projects/${project.id}/annotate`);
  const text = page.getByTestId('item-text');
  await expect(text).toHaveText(texts[0]!);
  await expect(text).toHaveCSS('direction', 'rtl');
  await page.keyboard.press('g');
  await expect(text).toContainText('A long report.');
  await text.focus();
  await page.keyboard.press('End');
  await expect.poll(() => text.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
});

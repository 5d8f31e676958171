import { faults } from './support/axe.js';
import { expect, logIn, newMember, test } from './support/house.js';

test('the map is coloured, filtered, gone over with keys and opened; axe finds nothing, light and dark', async ({
  page,
  stack,
  digits,
  client,
}) => {
  const map = await client.waitForMap(digits.id);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await logIn(page, stack.admin);
  await page.goto(`/projects/${digits.id}`);
  await page.getByRole('link', { name: 'Map', exact: true }).click();
  const canvas = page.getByRole('application', { name: /^Map of/ });
  await expect(canvas).toBeVisible();

  // What it shows is told in numbers as well.
  const rows = page.getByRole('table').getByRole('row');
  const counts = await rows.locator('td:nth-child(2)').allTextContents();
  expect(counts.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0)).toBe(map.itemIds.length);

  const colourBy = page.getByRole('group', { name: 'Colour by' });
  const legend = page.getByTestId('legend');
  for (const [colouring, group] of [
    ['Label', /^No label/],
    ['Rank', /^1 – 10 /],
    ['Disagreement', /^No label, nearly a tie/],
  ] as const) {
    await colourBy.getByText(colouring, { exact: true }).click();
    await expect(legend.getByRole('button', { name: group })).toHaveAttribute('aria-pressed', 'true');
  }
  await colourBy.getByText('Rank').click();
  const shown = legend.getByRole('button', { pressed: true });
  while ((await shown.count()) > 1) await shown.last().click();
  await expect(shown).toContainText('1 – 10');

  // Only the first ten are left: keys find one of them, and Enter opens it.
  await canvas.focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('point-card')).toBeVisible();
  await page.keyboard.press('+');
  await expect(page.getByTestId('map')).not.toHaveAttribute('data-zoom', '1.00');
  await page.keyboard.press('Enter');
  const dialog = page.getByTestId('item-dialog');
  await expect(dialog).toBeVisible();
  const ranked = await client.listItems({
    params: { projectId: digits.id },
    query: { order: 'rank', limit: 10 },
  });
  expect(ranked.items.map(({ id }) => id)).toContain(await dialog.getAttribute('data-item-id'));
  await page.keyboard.press('Escape');
  await canvas.focus();
  await page.keyboard.press('0');
  await expect(page.getByTestId('map')).toHaveAttribute('data-zoom', '1.00');
  await legend.getByRole('button', { name: 'Show all' }).click();

  expect(await faults(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(
    0,
  );
});

test('an annotator has no map', async ({ browser, stack, client, digits }) => {
  const page = await newMember(browser, stack, client, digits.id);
  await page.goto(`/projects/${digits.id}/map`);
  await expect(page.getByRole('heading', { name: 'This page is not for your role' })).toBeVisible();
  await page.context().close();
});

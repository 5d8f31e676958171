import type { PoolMap } from '@tangent/contracts';
import { faults } from './support/axe.js';
import { expect, logIn, newAnnotator, test } from './support/house.js';

/** A map of so many points, in ten heaps: what the digits’ own map is made to look like, where a hundred thousand are to be moved. */
function largeMap(of: PoolMap, numPoints: number): PoolMap {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const heap = () => 0.2 * (uniform() + uniform() + uniform()) - 0.3;
  const base64 = (numbers: Uint8Array | Uint16Array | Uint32Array) =>
    Buffer.from(numbers.buffer).toString('base64');
  const all = <T>(at: (i: number) => T) => Array.from({ length: numPoints }, (_, i) => at(i));
  return {
    ...of,
    numItems: numPoints,
    itemIds: all((i) => of.itemIds[i % of.itemIds.length]!),
    positions: base64(
      Uint16Array.from(
        all((i) => [
          0.5 + 0.35 * Math.cos(i % 10) + 0.2 * heap(),
          0.5 + 0.35 * Math.sin(i % 10) + 0.2 * heap(),
        ])
          .flat()
          .map((place) => 65_535 * place),
      ),
    ),
    predictions: base64(Uint16Array.from(all((i) => i % 10))),
    margins: base64(Uint8Array.from(all((i) => i % 256))),
    labels: base64(Uint16Array.from(all((i) => (i % 100 === 0 ? i % 10 : 0xffff)))),
    ranks: base64(Uint32Array.from(all((i) => i + 1))),
  };
}

test('the map is coloured, filtered, gone over with keys and opened; axe finds nothing, light and dark', async ({
  page,
  stack,
  digits,
  client,
}) => {
  const map = await client.getMap({ params: { projectId: digits.id } });
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
    ['Label', 'No label'],
    ['Rank', '1 – 10'],
    ['Disagreement', 'No label, nearly a tie'],
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

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await faults(page)).toEqual([]);
  }
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(
    0,
  );
});

test('a hundred thousand points move at 30 frames a second', async ({ page, stack, digits, client }) => {
  const map = await client.getMap({ params: { projectId: digits.id } });
  await page.route('**/api/v1/projects/*/map', (route) => route.fulfill({ json: largeMap(map, 100_000) }));
  await logIn(page, stack.admin);
  await page.goto(`/projects/${digits.id}/map`);
  await expect(page.getByRole('application', { name: 'Map of 100,000 items' })).toBeVisible();
  await page.getByRole('button', { name: 'Zoom in' }).click();
  const { x, y, width, height } = (await page.getByTestId('map').boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 + 20, y + height / 2);
  // The page moves the pointer itself, once a frame, and takes the time: Playwright’s own moves come over a line.
  const frames = (await page.evaluate(`new Promise((resolve) => {
    const canvas = document.querySelector('[data-testid=map] canvas');
    const times = [];
    let id = 1;
    const [x, y] = [${x + width / 2}, ${y + height / 2}];
    const send = (type, dx) => canvas.dispatchEvent(
      new PointerEvent(type, { bubbles: true, pointerId: 1, clientX: x + dx, clientY: y, button: 0 }));
    const frame = (time) => {
      times.push(time);
      if (times.length > 60) return resolve(times.slice(1).map((t, i) => t - times[i]));
      send('pointermove', 100 * Math.sin(times.length / 6));
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  })`)) as number[];
  await page.mouse.up();
  const median = frames.toSorted((a, b) => a - b)[frames.length >> 1]!;
  console.log(`100,000 points: a frame in ${median.toFixed(1)} ms (median of ${frames.length})`);
  expect(median).toBeLessThanOrEqual(1000 / 30);
});

test('an annotator has no map', async ({ browser, stack, client, digits }) => {
  const page = await newAnnotator(browser, stack, client, digits.id);
  await page.goto(`/projects/${digits.id}/map`);
  await expect(page.getByRole('heading', { name: 'This page is not for your role' })).toBeVisible();
  await page.context().close();
});

import type { Page } from '@playwright/test';
import type { Client } from '@tangent/client';

/** Times from one frame to the next, in ms, while something moves on the map. */
export interface MapFrames {
  readonly hover: readonly number[];
  readonly zoom: readonly number[];
  readonly pan: readonly number[];
}

interface Point {
  readonly itemId: string;
  /** In the unit square. */
  readonly x: number;
  readonly y: number;
}

/** Runs in the page, hence a text: keeps the time of every frame. */
const watchFrames = `(() => {
  globalThis.tangentFrames = [];
  let last = null;
  const tick = (at) => {
    if (last !== null) tangentFrames.push(at - last);
    last = at;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
})()`;

const numMoves = 120;

/** From the click on its tab to the drawn map; in ms. */
export async function openMap(page: Page, projectId: string): Promise<number> {
  await page.goto(`/projects/${projectId}`);
  const tab = page.getByRole('link', { name: 'Map', exact: true });
  await tab.waitFor();
  const from = performance.now();
  await tab.click();
  await page.getByRole('application', { name: /^Map of/ }).waitFor({ timeout: 300_000 });
  return performance.now() - from;
}

/** Moves over the map, zooms in and out with the wheel, and pulls it about. */
export async function moveOverMap(page: Page): Promise<MapFrames> {
  const box = await boxOf(page);
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const around = (n: number, reach: number) => ({
    x: middle.x + reach * box.height * Math.cos(n / 9),
    y: middle.y + reach * box.height * Math.sin(n / 7),
  });
  await page.evaluate(watchFrames);
  const framesOf = async (act: (n: number) => Promise<unknown>): Promise<readonly number[]> => {
    await page.evaluate('tangentFrames.length = 0');
    for (let n = 0; n < numMoves; n += 1) await act(n);
    return (await page.evaluate('tangentFrames.slice()')) as number[];
  };
  const moveTo = ({ x, y }: { readonly x: number; readonly y: number }) => page.mouse.move(x, y);
  const hover = await framesOf((n) => moveTo(around(n, 0.3)));
  await page.getByRole('application').focus();
  await moveTo(middle);
  const zoom = await framesOf((n) => page.mouse.wheel(0, n % 40 < 20 ? -60 : 60));
  for (let n = 0; n < 8; n += 1) await page.mouse.wheel(0, -120);
  const seen = Number(await page.getByTestId('map').getAttribute('data-zoom'));
  if (!(seen > 1)) throw new Error(`the map is not zoomed (${seen}), so it cannot be pulled about`);
  await page.mouse.down();
  const pan = await framesOf((n) => moveTo(around(n, 0.2)));
  await page.mouse.up();
  await page.keyboard.press('0');
  return { hover, zoom, pan };
}

/** Clicks on the places of items of the whole map; how many of the clicks opened another item than the one there. */
export async function countWrongClicks(
  page: Page,
  client: Client,
  { projectId, numClicks }: { readonly projectId: string; readonly numClicks: number },
): Promise<number> {
  const points = placesOf(await client.waitForMap(projectId));
  const box = await boxOf(page);
  let numWrong = 0;
  for (let n = 0; n < numClicks; n += 1) {
    const target = points[Math.floor(((n + 0.5) / numClicks) * points.length)]!;
    const { x, y } = pixelOf(target, box);
    const at = { x: Math.round(x), y: Math.round(y) };
    const distance = (point: Point) => {
      const pixel = pixelOf(point, box);
      return Math.hypot(pixel.x - at.x, pixel.y - at.y);
    };
    const nearest = points.reduce(
      (least, point) => Math.min(least, distance(point)),
      Number.POSITIVE_INFINITY,
    );
    const right = new Set(
      points.filter((point) => distance(point) < nearest + 0.01).map(({ itemId }) => itemId),
    );
    await page.mouse.click(box.x + at.x, box.y + at.y);
    const dialog = page.getByTestId('item-dialog');
    await dialog.waitFor();
    if (!right.has((await dialog.getAttribute('data-item-id'))!)) numWrong += 1;
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  }
  return numWrong;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function boxOf(page: Page): Promise<Box> {
  const box = await page.getByTestId('map').boundingBox();
  if (box === null) throw new Error('there is no map on the screen');
  return box;
}

/** Free on each side of the whole map. */
const pad = 24;

function pixelOf({ x, y }: Point, { width, height }: Box): { x: number; y: number } {
  const scale = Math.min(width, height) - 2 * pad;
  return { x: x * scale + (width - scale) / 2, y: y * scale + (height - scale) / 2 };
}

function placesOf({ itemIds, positions }: Awaited<ReturnType<Client['getMap']>>): Point[] {
  const bytes = Buffer.from(positions, 'base64');
  return itemIds.map((itemId, i) => ({
    itemId,
    x: bytes.readUInt16LE(4 * i) / 65_535,
    y: bytes.readUInt16LE(4 * i + 2) / 65_535,
  }));
}

import type { Page } from '@playwright/test';
import type { Paint, Paints } from './paint-probe.js';

interface Options {
  readonly paints: Paints;
  readonly truth: ReadonlyMap<string, string>;
  readonly count: number;
  readonly lookMs: number;
}

/** Answers item after item by its key; what was painted after each. */
export async function labelByKeys(page: Page, { paints, truth, count, lookMs }: Options): Promise<Paint[]> {
  const painted: Paint[] = [];
  let itemId = await shownItem(page);
  for (let n = 0; n < count; n += 1) {
    const key = truth.get(itemId);
    if (key === undefined) throw new Error(`item ${itemId} is not of this project`);
    await page.keyboard.press(key);
    const paint = await paints.next();
    if (paint.itemId === itemId) throw new Error(`item ${itemId} came twice`);
    painted.push(paint);
    itemId = paint.itemId;
    if (lookMs > 0) await page.waitForTimeout(lookMs);
  }
  return painted;
}

async function shownItem(page: Page): Promise<string> {
  await page.getByTestId('item-image').waitFor();
  const itemId = await page.getByTestId('stage').getAttribute('data-item-id');
  if (itemId === null) throw new Error('the stage shows no item');
  return itemId;
}

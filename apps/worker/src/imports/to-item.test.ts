import { isDrawnForHoldout, textHash } from '@tangent/importing';
import type { BlobStore } from '@tangent/storage';
import { expect, test } from 'vitest';
import { type ItemResult, toItem } from './to-item.js';

const noBlobs = {} as BlobStore;
const texts = Array.from({ length: 40 }, (_, n) => `text ${n}`);

test('a share of the labeled rows is held out by their content, the same in a dry run; what a row says comes first', async () => {
  const heldOut = async (row: { label?: string; holdout?: boolean }, isDryRun = false) => {
    const options = { blobs: noBlobs, isDryRun, holdoutShare: 0.5 };
    const results: ItemResult[] = [];
    for (const [i, text] of texts.entries())
      results.push(await toItem({ kind: 'row', line: i + 1, row: { text, data: {}, ...row } }, options));
    return results.map((result) => result.kind === 'item' && result.item.isHoldout);
  };
  const drawn = texts.map((text) => isDrawnForHoldout(textHash(text), 0.5));
  expect(new Set(drawn).size).toBe(2);
  expect(await heldOut({ label: 'a' })).toEqual(drawn);
  expect(await heldOut({ label: 'a' }, true)).toEqual(drawn);
  expect(await heldOut({ label: 'a', holdout: false })).toEqual(texts.map(() => false));
  expect(await heldOut({ label: 'a', holdout: true })).toEqual(texts.map(() => true));
  expect(await heldOut({})).toEqual(texts.map(() => false));
});

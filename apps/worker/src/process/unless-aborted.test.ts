import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { unlessAborted } from './unless-aborted.js';

test('work that is given up need not be waited for, and nothing listens for what has ended', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = () => getEventListeners(signal, 'abort').length;
  expect(await unlessAborted(signal, async () => 7)).toBe(7);
  const broken = async () => {
    throw new Error('broken');
  };
  await expect(unlessAborted(signal, broken)).rejects.toThrow('broken');
  expect(listeners()).toBe(0);
  const endless = unlessAborted(signal, () => new Promise(() => undefined));
  expect(listeners()).toBe(1);
  controller.abort(new Error('given up'));
  await expect(endless).rejects.toThrow('given up');
  expect(listeners()).toBe(0);
  let hasBegun = false;
  const late = unlessAborted(signal, async () => {
    hasBegun = true;
  });
  await expect(late).rejects.toThrow('given up');
  expect(hasBegun).toBe(false);
});

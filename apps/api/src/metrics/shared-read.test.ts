import { expect, test } from 'vitest';
import { sharedRead } from './shared-read.js';

test('all who ask at once share one reading, and a young value is given again', async () => {
  let numReads = 0;
  const ask = sharedRead(async () => ++numReads, { maxAgeMs: 60_000, timeoutMs: 60_000, onError: fail });
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
  expect(await ask()).toBe(1);
});

test('a reading that hangs keeps nobody, and is not joined by a second one', async () => {
  let numReads = 0;
  let finish: (value: string) => void = fail;
  const errors: unknown[] = [];
  const ask = sharedRead(
    () => {
      numReads += 1;
      return new Promise<string>((resolve) => {
        finish = resolve;
      });
    },
    { maxAgeMs: 60_000, timeoutMs: 5, onError: (error) => errors.push(error) },
  );
  expect([await ask(), await ask()]).toEqual([null, null]);
  expect(numReads).toBe(1);
  expect(String(errors[0])).toContain('not read within 5 ms');
  finish('at last');
  await expect.poll(ask).toBe('at last');
});

test('a failure is told, and the next who asks reads anew', async () => {
  const errors: unknown[] = [];
  const outcomes = [Promise.reject(new Error('away')), Promise.resolve('back')];
  const ask = sharedRead(() => outcomes.shift()!, {
    maxAgeMs: 60_000,
    timeoutMs: 60_000,
    onError: (error) => errors.push(error),
  });
  expect(await ask()).toBe(null);
  expect(String(errors)).toContain('away');
  expect(await ask()).toBe('back');
});

function fail(reason: unknown): never {
  throw new Error(`must not happen: ${String(reason)}`);
}

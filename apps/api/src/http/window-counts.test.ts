import { expect, test } from 'vitest';
import { WindowCounts } from './window-counts.js';

const windowMs = 60_000;
let nowMs = 0;
const counts = () => new WindowCounts(undefined, () => nowMs);

function count(store: WindowCounts, key: string) {
  let told: { current: number; ttl: number } | undefined;
  store.incr(
    key,
    (_, result) => {
      told = result;
    },
    windowMs,
  );
  return told;
}

test('a key is counted until its window ends, each key for itself, and each limit too', () => {
  nowMs = 1000;
  const store = counts();
  expect(count(store, 'a')).toEqual({ current: 1, ttl: windowMs });
  nowMs += 20_000;
  expect(count(store, 'a')).toEqual({ current: 2, ttl: 40_000 });
  expect(count(store, 'b')).toEqual({ current: 1, ttl: windowMs });
  expect(count(store.child(), 'a')).toEqual({ current: 1, ttl: windowMs });
  nowMs += 40_000;
  expect(count(store, 'a')).toEqual({ current: 1, ttl: windowMs });
  expect(count(store, 'b')).toEqual({ current: 2, ttl: 20_000 });
});

test('of more keys than are kept, the window that began first is forgotten', () => {
  const store = counts();
  for (let i = 0; i < 5000; i++) count(store, `key ${i}`);
  expect(count(store, 'key 0')).toMatchObject({ current: 2 });
  count(store, 'one more');
  expect(count(store, 'key 1')).toMatchObject({ current: 2 });
  expect(count(store, 'key 0')).toMatchObject({ current: 1 });
});

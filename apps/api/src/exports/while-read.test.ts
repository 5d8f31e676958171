import { expect, test } from 'vitest';
import { begin, whileRead } from './while-read.js';

/** Chunks that tell when they are told to end. */
function watched(numChunks: number) {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  async function* chunks() {
    try {
      for (let i = 0; i < numChunks; i++) yield Buffer.of(i);
    } finally {
      end();
    }
  }
  return { chunks: chunks(), ended };
}

test('a stream that is read to its end holds every chunk, and its source ends', async () => {
  const { chunks, ended } = watched(100);
  const stream = whileRead(await begin(chunks), { stalledAfterMs: 60_000 });
  expect(await stream.toArray()).toEqual(Array.from({ length: 100 }, (_, i) => Buffer.of(i)));
  await ended;
});

test('a stream that is thrown away unread ends its source', async () => {
  const { chunks, ended } = watched(100);
  whileRead(await begin(chunks), { stalledAfterMs: 60_000 }).destroy();
  await ended;
});

test('a reader that falls asleep is left, and the source ends', async () => {
  const { chunks, ended } = watched(100);
  const stream = whileRead(await begin(chunks), { stalledAfterMs: 20 });
  const failed = new Promise<Error>((resolve) => stream.once('error', resolve));
  stream.once('readable', () => stream.read());
  expect((await failed).message).toContain('nothing of the stream was read for 0.02 s');
  await ended;
});

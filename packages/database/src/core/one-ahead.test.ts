import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { oneAhead } from './one-ahead.js';

// Without a handler of the process, a rejection that nobody handles ends it; here they are counted.
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
});

/** 0, 1, … with a few turns of the event loop before each; fails before `failsAt`, and notes its end. */
function numbers({ numValues = 6, failsAt = Number.NaN } = {}) {
  const state = { hasEnded: false };
  async function* values(): AsyncGenerator<number, void, undefined> {
    try {
      for (let i = 0; i < numValues; i++) {
        await turn();
        await turn();
        if (i === failsAt) throw new Error(`no ${i}`);
        yield i;
      }
    } finally {
      state.hasEnded = true;
    }
  }
  return { values: values(), state };
}

const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await turn();
};

test('the values come in their order, each asked for before the last one is done with', async () => {
  let numAsked = 0;
  async function* counted() {
    for await (const value of numbers().values) {
      numAsked++;
      yield value;
    }
  }
  const seen: number[] = [];
  for await (const value of oneAhead(counted())) {
    await turns(4);
    expect(numAsked).toBe(Math.min(6, value + 2));
    seen.push(value);
  }
  expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a source that fails while its reader pauses ends nothing but the reading', async () => {
  for (let failsAt = 0; failsAt < 4; failsAt++) {
    const { values, state } = numbers({ failsAt });
    const seen: number[] = [];
    const read = async () => {
      for await (const value of oneAhead(values)) {
        await turns(8);
        seen.push(value);
      }
    };
    await expect(read()).rejects.toThrow(`no ${failsAt}`);
    expect(seen).toHaveLength(failsAt);
    expect(state.hasEnded).toBe(true);
  }
  expect(unhandled).toEqual([]);
});

test('a reader that leaves at any moment ends the source, which fails or not', async () => {
  for (const failsAt of [Number.NaN, 1, 2, 3])
    for (let numTurns = 0; numTurns < 16; numTurns++) {
      const { values, state } = numbers({ failsAt });
      const ahead = oneAhead(values);
      const read = (async () => {
        for await (const _ of ahead) await turns(3);
      })().catch(() => undefined);
      await turns(numTurns);
      await ahead.return().catch(() => undefined);
      await read;
      expect(state.hasEnded).toBe(true);
    }
  await turns(4);
  expect(unhandled).toEqual([]);
});

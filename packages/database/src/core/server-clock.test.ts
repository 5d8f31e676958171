import { expect, onTestFinished, test } from 'vitest';
import { serverClock } from './server-clock.js';

const serverStart = Date.UTC(2031, 0, 1);

/** A server whose clock goes as the steady one, from 2031 on, and answers in the middle of `answerMs`. */
function setUp() {
  const world = { steadyMs: 5000, serverMs: serverStart, answerMs: 0, isAway: false };
  const pass = (ms: number) => {
    world.steadyMs += ms;
    world.serverMs += ms;
  };
  const clock = serverClock(
    async () => {
      if (world.isAway) throw new Error('away');
      pass(world.answerMs / 2);
      const shown = world.serverMs;
      pass(world.answerMs / 2);
      return shown;
    },
    () => world.steadyMs,
  );
  onTestFinished(clock.stop);
  return { world, pass, clock, isRight: () => clock.now().getTime() === Math.round(world.serverMs) };
}

test('it shows this machine’s time until the database was reached, and its time from then on', async () => {
  const { world, pass, clock, isRight } = setUp();
  world.isAway = true;
  await clock.follow();
  expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(60_000);
  Object.assign(world, { isAway: false, answerMs: 40 });
  await clock.follow();
  expect(isRight()).toBe(true);
  pass(3_600_000);
  expect(isRight()).toBe(true);
  world.isAway = true;
  await clock.follow();
  expect(isRight()).toBe(true);
});

test('it follows when the database’s clock was set, however slowly that answers; a slow answer alone changes nothing', async () => {
  const { world, clock } = setUp();
  await clock.follow();
  Object.assign(world, { answerMs: 4000, serverMs: world.serverMs + 1500 });
  const offset = () => clock.now().getTime() - world.steadyMs;
  const before = offset();
  await clock.follow();
  expect(offset()).toBe(before); // by 1.5 s, which an answer of 4 s does not tell
  world.answerMs = 10;
  await clock.follow();
  expect(offset()).toBe(before + 1500);
  Object.assign(world, { answerMs: 4000, serverMs: world.serverMs - 86_400_000 });
  await clock.follow();
  expect(offset()).toBe(before + 1500 - 86_400_000);
});

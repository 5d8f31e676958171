// Preloaded into a worker (node --import): SIGUSR2 puts its clock forward or back by the next of CLOCK_JUMPS_MS.
import { isMainThread } from 'node:worker_threads';

const jumps = (process.env.CLOCK_JUMPS_MS ?? '').split(',').map(Number);
const RealDate = Date;
const realNow = Date.now;
let offsetMs = 0;
Date.now = () => realNow() + offsetMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [Date.now()] : args, newTarget),
  apply: () => new RealDate(Date.now()).toString(),
});
if (isMainThread)
  process.on('SIGUSR2', () => {
    offsetMs += jumps.shift() ?? 0;
    console.log(`the clock jumped: it shows ${new Date().toISOString()}`);
  });

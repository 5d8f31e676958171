// Runs the checks one after the other and prints what they find. Runs on import (see ../doctor.mjs).
import { describe, faint, green, red, say } from '../lib/console.mjs';
import { checkBlobs } from './checks/blobs.mjs';
import { checkClock } from './checks/clock.mjs';
import { checkDatabase } from './checks/database.mjs';
import { checkDisk } from './checks/disk.mjs';
import { checkEngine } from './checks/engine.mjs';
import { checkPackages } from './checks/packages.mjs';
import { checkPorts } from './checks/ports.mjs';
import { checkRedis } from './checks/redis.mjs';
import { checkWorkers } from './checks/workers.mjs';
import { bad } from './findings.mjs';
import { lookAround } from './surroundings.mjs';

const checks = [
  checkPackages,
  checkDisk,
  checkPorts,
  checkDatabase,
  checkClock,
  checkRedis,
  checkBlobs,
  checkWorkers,
  checkEngine,
];
const marks = { good: green('✓'), bad: red('✗'), note: faint('·') };

const surroundings = await lookAround();
say(`${marks.good} Node ${process.versions.node}`);
let numBad = 0;
for (const check of checks) {
  const findings = await check(surroundings).catch((error) => [
    bad(`${check.name} could not be done: ${describe(error)}`, 'please report this'),
  ]);
  for (const { kind, what, wayOut } of findings) {
    say(`${marks[kind]} ${what}`);
    if (wayOut) say(`  → ${wayOut}`);
    if (kind === 'bad') numBad += 1;
  }
}
say(numBad === 0 ? '\nnothing is wrong' : `\n${numBad} ${numBad === 1 ? 'thing is' : 'things are'} wrong`);
process.exitCode = numBad === 0 ? 0 : 1;

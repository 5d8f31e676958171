// npm run doctor: what is wrong with this installation, and the way out of each. Changes nothing. Exit code 1 when
// something is wrong. Plain Node without dependencies, for that they are missing may be what is wrong.
import { hasRightNode } from './lib/node-version.mjs';

if (hasRightNode()) await import('./doctor/main.mjs');
else process.exitCode = 1;

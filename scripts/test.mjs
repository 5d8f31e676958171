// npm test: everything, or the stages that are named: npm test -- unit boundaries. Plain Node without dependencies,
// for it installs them.
import { hasRightNode } from './lib/node-version.mjs';

if (hasRightNode()) await import('./testing/main.mjs');
else process.exitCode = 1;

// npm run bench -- NAME: builds, runs bench/src/NAME.ts, prints its table, writes bench/results/NAME.json.
// Without a name, or with a wrong one, it lists what there is.
import { hasRightNode } from './lib/node-version.mjs';

if (hasRightNode()) await import('./benching/main.mjs');
else process.exitCode = 1;

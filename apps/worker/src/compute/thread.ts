import { setFlagsFromString } from 'node:v8';
import { chooseEngine, serveComputeThread } from '@tangent/compute';
import { lowerThreadPriority } from '../process/lower-priority.js';
import { handlers } from './handlers.js';

// The module that every compute thread runs.

// The arrays of an answer count as growth of a heap that is small beside them. By its own rule V8 marked the whole heap at
// every other label, on the core that half of each product runs on; so the heap may grow to three times what is live first.
setFlagsFromString('--heap-growing-percent=200');

serveComputeThread(handlers, async (data) => {
  const { engine, nice } = data as { engine?: string; nice: number };
  lowerThreadPriority(nice);
  await chooseEngine({ engine });
});

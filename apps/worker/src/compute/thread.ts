import { chooseEngine, serveComputeThread } from '@tangent/compute';
import { lowerThreadPriority } from '../process/lower-priority.js';
import { handlers } from './handlers.js';

// The module that every compute thread runs.
serveComputeThread(handlers, async (data) => {
  const { engine, nice } = data as { engine?: string; nice: number };
  lowerThreadPriority(nice);
  await chooseEngine({ engine });
});

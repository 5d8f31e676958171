import { chooseEngine, serveComputeThread } from '@tangent/compute';
import { handlers } from './handlers.js';

// The module that every compute thread runs.
serveComputeThread(handlers, async (data) => {
  const { engine } = data as { engine?: string };
  await chooseEngine({ engine });
});

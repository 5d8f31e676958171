import { serveComputeThread } from '@tangent/compute';
import { lowerThreadPriority } from '../process/lower-priority.js';
import { showLive } from './show-live.js';

// The module of the thread that shows what another one computes. It needs no engine.

export const showingHandlers = { showLive };
export type ShowingHandlers = typeof showingHandlers;

serveComputeThread(showingHandlers, (data) => lowerThreadPriority((data as { nice: number }).nice));

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startComputeThread } from '@tangent/compute';
import type { Benchmark } from '../harness.js';
import type { handlers } from './training-thread.js';

/** How long the event loop of the host stands still while its compute thread trains the CNN. */
export async function measureStall(b: Benchmark): Promise<void> {
  const thread = startComputeThread<typeof handlers>(new URL('./training-thread.js', import.meta.url));
  try {
    await thread.call('train', { runs: 1 });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await thread.call('train', { runs: 60 });
    delay.disable();
    const p99 = delay.percentile(99) / 1e6;
    b.row({
      claim: 'event loop of the host during a training run: stall, p99',
      measured: p99,
      unit: 'ms',
      goal: { atMost: 20 },
    });
    b.row({ claim: '… longest', measured: delay.max / 1e6, unit: 'ms', goal: null });
  } finally {
    await thread.close();
  }
}

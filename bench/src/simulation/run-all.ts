import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { strategyNamed } from '@tangent/acquisition';
import { startComputeThread } from '@tangent/compute';
import type { Benchmark } from '../harness.js';
import { FinishedRuns } from './finished-runs.js';
import type { RunResult } from './run.js';
import type { RunSettings } from './settings.js';
import type { handlers } from './thread.js';

const cacheDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../.cache');

/**
 * Runs simulations in as many threads as there are cores, a single core each, and tells each result as it comes. Those
 * that an earlier benchmark finished, interrupted or not, are not run again; the report says how many.
 */
export async function runAll(
  benchmark: Benchmark,
  runs: readonly RunSettings[],
  onResult: (run: RunSettings, result: RunResult) => void,
): Promise<{ readonly numResumed: number }> {
  const finished = new FinishedRuns<object, RunResult>(path.join(cacheDir, 'runs.jsonl'));
  const startedAt = performance.now();
  const queue = runs.filter((run) => {
    const known = finished.resume(whatMatters(run));
    if (known) onResult(run, known);
    return !known;
  });
  if (finished.numResumed > 0)
    benchmark.progress(`${finished.numResumed} of ${runs.length} runs resumed from ${cacheDir}`);
  let numDone = 0;
  const numToDo = queue.length;
  // Every thread has an engine of its own: together they would ask for more cores than there are.
  const threadsBefore = process.env.OMP_NUM_THREADS;
  process.env.OMP_NUM_THREADS = '1';
  const work = async () => {
    const thread = startComputeThread<typeof handlers>(new URL('./thread.js', import.meta.url));
    try {
      for (let run = queue.shift(); run; run = queue.shift()) {
        const result = await thread.call('simulate', run);
        finished.add(whatMatters(run), result);
        onResult(run, result);
        numDone++;
        const { setting, selecting, seed } = run;
        const curve = result.accuracies.map((v) => (100 * v).toFixed(1)).join(' ');
        const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
        benchmark.progress(
          `${numDone}/${numToDo} ${minutes} min  ${setting.name} ${selecting.strategy} seed ${seed}  ${curve}  ${result.seconds.toFixed(1)} s`,
        );
      }
    } finally {
      await thread.close();
    }
  };
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, work));
  } finally {
    if (threadsBefore === undefined) delete process.env.OMP_NUM_THREADS;
    else process.env.OMP_NUM_THREADS = threadsBefore;
  }
  return { numResumed: finished.numResumed };
}

/** What a run's result depends on: not what its setting is called, nor how many more seeds there are. */
function whatMatters({ setting, selecting, seed }: RunSettings): object {
  const { name: _, numSeeds: __, ...task } = setting;
  return { task, selecting, seed, version: strategyNamed(selecting.strategy).version };
}

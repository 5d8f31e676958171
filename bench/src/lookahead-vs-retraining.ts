// Is closed-form look-ahead what retraining would do, and how much faster is it?
// npm run bench -- lookahead-vs-retraining [--quick]
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chooseEngine } from '@tangent/compute';
import { predictNetwork } from '@tangent/models';
import { openMnist } from './data/open-set.js';
import { runBenchmark } from './harness.js';
import { spearman, topOverlap } from './lookahead-vs-retraining/agreement.js';
import { finiteTimeLookAhead } from './lookahead-vs-retraining/finite-time.js';
import { lookAhead, methods } from './lookahead-vs-retraining/look-ahead.js';
import {
  type Agreement,
  agreementKey,
  type Compared,
  comparedWith,
  finiteTime,
  numTop,
  report,
  type SeedResult,
  type Times,
} from './lookahead-vs-retraining/report.js';
import { references, retrainAll } from './lookahead-vs-retraining/retrain.js';
import { drawTask, pseudoLabels, type Task } from './lookahead-vs-retraining/task.js';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');
const sizes = {
  numLabeled: 100,
  numCandidates: args.quick ? 20 : 60,
  numEvaluation: args.quick ? 100 : 1000,
};
const seeds = Array.from({ length: args.quick ? 1 : 5 }, (_, i) => i);

await runBenchmark(
  'lookahead-vs-retraining',
  async (benchmark) => {
    await chooseEngine({ engine: process.env.TANGENT_ENGINE });
    const { data, note } = await openMnist(3);
    if (note) benchmark.note(note);
    benchmark.seeds(seeds);
    benchmark.note(
      `MNIST, MLP 784-256-10, ${sizes.numLabeled} labels, ${sizes.numCandidates} sampled candidates, ${sizes.numEvaluation} evaluation items. Real retraining: a warm start, full batches of all labels and the candidate with the class that the network predicts, by SGD with momentum or by Adam; from its outputs those of a control are subtracted that was trained as long without the candidate.`,
    );
    benchmark.note(
      `“${finiteTime}” is the reference’s own descent (steps, rate, momentum) in function space, the kernel frozen; the other kernels look at the end of all training. Adam is no descent along the kernel.`,
    );
    const measured: SeedResult[] = [];
    for (const seed of seeds) {
      const result = measureSeed(drawTask(data, sizes, seed));
      for (const [key, { rho, overlap }] of Object.entries(result.agreements))
        benchmark.progress(`seed ${seed} ${key}  ρ ${rho.toFixed(3)}  top ${overlap}`);
      measured.push(result);
    }
    benchmark.detail('by seed', measured);
    report(benchmark, measured);
  },
  args.quick ? { resultsDir: trialDir } : {},
);

function measureSeed(task: Task): SeedResult {
  const outputs = predictNetwork(task.network, task.pool.x, task.pool.numItems);
  const { classes } = pseudoLabels(task, task.candidates, outputs);
  const scores = new Map<Compared, Float64Array>();
  const times = {} as Record<Compared, Times>;
  for (const method of methods) {
    const { changes, ...taken } = lookAhead(task, method);
    scores.set(method, changes);
    times[method] = taken;
  }
  const agreements: Record<string, Agreement> = {};
  let retrainingMs = 0;
  references.forEach((reference, r) => {
    const retrained = retrainAll(task, classes, reference);
    if (r === 0) retrainingMs = retrained.msPerCandidate;
    for (const method of comparedWith(reference)) {
      let changes = scores.get(method);
      if (!changes) {
        const finite = finiteTimeLookAhead(task, reference);
        changes = finite.changes;
        if (r === 0)
          times[method] = { msPerCandidate: finite.msPerCandidate, numScored: task.candidates.length };
      }
      agreements[agreementKey(method, reference)] = {
        rho: spearman(changes, retrained.changes),
        overlap: topOverlap(changes, retrained.changes, numTop),
      };
    }
  });
  return { agreements, times, retrainingMs };
}

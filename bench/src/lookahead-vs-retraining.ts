// Is closed-form look-ahead what retraining would do, and how much faster is it?
// npm run bench -- lookahead-vs-retraining [--quick]
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chooseEngine } from '@tangent/compute';
import { predictNetwork } from '@tangent/models';
import { figures } from './curves/report-curves.js';
import { openMnist } from './data/open-set.js';
import { runBenchmark } from './harness.js';
import { spearman, topOverlap } from './lookahead-vs-retraining/agreement.js';
import { finiteTimeLookAhead } from './lookahead-vs-retraining/finite-time.js';
import { empirical, lookAhead, type Method, methods } from './lookahead-vs-retraining/look-ahead.js';
import { type Reference, references, retrainAll } from './lookahead-vs-retraining/retrain.js';
import { drawTask, pseudoLabels } from './lookahead-vs-retraining/task.js';
import { estimate } from './statistics.js';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');
const sizes = {
  numLabeled: 100,
  numCandidates: args.quick ? 20 : 60,
  numEvaluation: args.quick ? 100 : 1000,
};
const seeds = Array.from({ length: args.quick ? 1 : 5 }, (_, i) => i);
const top = 20;

interface Agreement {
  readonly rho: number;
  readonly overlap: number;
}
interface Times {
  readonly numScored: number;
  readonly msPerCandidate: number;
  readonly msToBuild: number;
}

/** The pseudo-NTK for as long as the reference trains, where that is gradient descent. */
const finiteTime = 'pNTK, finite time';
type Compared = Method | typeof finiteTime;
const comparedWith = ({ optimizer }: Reference): readonly Compared[] =>
  optimizer.type === 'sgd' ? [...methods, finiteTime] : methods;
const isEmpirical = (method: Compared) =>
  method === finiteTime || (empirical as readonly string[]).includes(method);

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
    const agreements = new Map<string, Agreement[]>();
    const times = new Map<Method, Times[]>();
    const finiteTimeMs: number[] = [];
    const retrainingMs: number[] = [];
    for (const seed of seeds) {
      const task = drawTask(data, sizes, seed);
      const outputs = predictNetwork(task.network, task.pool.x, task.pool.numItems);
      const { classes } = pseudoLabels(task, task.candidates, outputs);
      const scores = new Map<Compared, Float64Array>();
      for (const method of methods) {
        const { changes, ...taken } = lookAhead(task, method);
        scores.set(method, changes);
        times.set(method, [...(times.get(method) ?? []), taken]);
      }
      references.forEach((reference, r) => {
        const retrained = retrainAll(task, classes, reference);
        if (r === 0) retrainingMs.push(retrained.msPerCandidate);
        for (const method of comparedWith(reference)) {
          let changes = scores.get(method);
          if (!changes) {
            const finite = finiteTimeLookAhead(task, reference);
            changes = finite.changes;
            if (r === 0) finiteTimeMs.push(finite.msPerCandidate);
          }
          const agreement = {
            rho: spearman(changes, retrained.changes),
            overlap: topOverlap(changes, retrained.changes, top),
          };
          const key = `${method}, ${reference.name}`;
          agreements.set(key, [...(agreements.get(key) ?? []), agreement]);
          benchmark.progress(`seed ${seed} ${key}  ρ ${agreement.rho.toFixed(3)}  top ${agreement.overlap}`);
        }
      });
    }
    const row = (
      claim: string,
      measured: { measured: number; plusMinus?: number },
      unit: string,
      goal: { atLeast: number } | null = null,
    ) => benchmark.row({ claim, ...measured, numRuns: seeds.length, unit, goal });

    for (const reference of references) {
      const { name, epochs } = reference;
      const all = (method: Compared) => agreements.get(`${method}, ${name}`)!;
      const rho = (method: Compared) => estimate(all(method).map((of) => of.rho));
      const compared = comparedWith(reference);
      for (const method of compared) {
        row(`${method} against ${name}: Spearman’s ρ`, figures(rho(method)), '');
        row(
          `… of the ${top} largest changes, found`,
          figures(estimate(all(method).map(({ overlap }) => overlap))),
          `of ${top}`,
        );
      }
      const best = (some: readonly Compared[]) => some.reduce((a, b) => (rho(b).mean > rho(a).mean ? b : a));
      const ours = best(compared.filter(isEmpirical));
      const theirs = best(compared.filter((method) => !isEmpirical(method)));
      row(
        `best empirical NTK (${ours}) over the best other (${theirs}), ${name}: ρ`,
        figures(estimate(all(ours).map((of, i) => of.rho - all(theirs)[i]!.rho))),
        '',
        // Promised of 15 epochs; the longer training shows whether that changes the picture.
        epochs === references[0]!.epochs ? { atLeast: 0 } : null,
      );
    }
    const retraining = estimate(retrainingMs);
    row(`retraining (${references[0]!.name}), a candidate`, figures(retraining), 'ms');
    for (const method of methods) {
      const of = (value: keyof Times) => estimate(times.get(method)!.map((taken) => taken[value]));
      const score = of('msPerCandidate');
      row(`${method}: score of a candidate`, microseconds(score), 'µs');
      row(
        '… faster than retraining, the state being there',
        { measured: retraining.mean / score.mean },
        '×',
        method === 'pNTK' ? { atLeast: 10_000 } : null,
      );
      const numScored = of('numScored').mean;
      const built = of('msToBuild').mean / numScored + score.mean;
      row(
        `… with gradients, kernel and state, shared by ${numScored} candidates`,
        { measured: retraining.mean / built },
        '×',
      );
    }
    const score = estimate(finiteTimeMs);
    row(`${finiteTime}: score of a candidate`, microseconds(score), 'µs');
    row('… faster than retraining, the kernel being there', { measured: retraining.mean / score.mean }, '×');
  },
  args.quick ? { resultsDir: trialDir } : {},
);

function microseconds({ mean, plusMinus }: { readonly mean: number; readonly plusMinus: number }) {
  return figures({ mean: 1000 * mean, plusMinus: 1000 * plusMinus });
}

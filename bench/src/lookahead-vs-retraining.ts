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
import { empirical, lookAhead, type Method, methods } from './lookahead-vs-retraining/look-ahead.js';
import { references, retrainAll } from './lookahead-vs-retraining/retrain.js';
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

interface Figures {
  readonly rho: number;
  readonly overlap: number;
  readonly numScored: number;
  readonly msPerCandidate: number;
  readonly msToBuild: number;
}

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
    const found = new Map<string, Figures[]>();
    const retrainingMs: number[] = [];
    for (const seed of seeds) {
      const task = drawTask(data, sizes, seed);
      const outputs = predictNetwork(task.network, task.pool.x, task.pool.numItems);
      const { classes } = pseudoLabels(task, task.candidates, outputs);
      const retrained = references.map((reference) => retrainAll(task, classes, reference));
      retrainingMs.push(retrained[0]!.msPerCandidate);
      for (const method of methods) {
        const { changes, ...times } = lookAhead(task, method);
        references.forEach(({ name }, r) => {
          const key = `${method}, ${name}`;
          const figure = {
            rho: spearman(changes, retrained[r]!.changes),
            overlap: topOverlap(changes, retrained[r]!.changes, top),
            ...times,
          };
          found.set(key, [...(found.get(key) ?? []), figure]);
          benchmark.progress(`seed ${seed} ${key}  ρ ${figure.rho.toFixed(3)}  top ${figure.overlap}`);
        });
      }
    }
    const of = (method: Method, name: string, value: keyof Figures) =>
      estimate(found.get(`${method}, ${name}`)!.map((figure) => figure[value]));
    const row = (
      claim: string,
      measured: { measured: number; plusMinus?: number },
      unit: string,
      goal: { atLeast: number } | null = null,
    ) => benchmark.row({ claim, ...measured, numRuns: seeds.length, unit, goal });

    for (const { name, epochs } of references) {
      const rho = (method: Method) => of(method, name, 'rho').mean;
      for (const method of methods) {
        row(`${method} against ${name}: Spearman’s ρ`, figures(of(method, name, 'rho')), '');
        row(`… of the ${top} largest changes, found`, figures(of(method, name, 'overlap')), `of ${top}`);
      }
      const others = methods.filter((method) => !empirical.includes(method));
      const best = (some: readonly Method[]) => some.reduce((a, b) => (rho(b) > rho(a) ? b : a));
      const [ours, theirs] = [best(empirical), best(others)];
      row(
        `best empirical NTK (${ours}) over the best other (${theirs}), ${name}: ρ`,
        figures(
          estimate(
            found
              .get(`${ours}, ${name}`)!
              .map(({ rho: r }, i) => r - found.get(`${theirs}, ${name}`)![i]!.rho),
          ),
        ),
        '',
        // Promised of 15 epochs; the longer training shows whether that changes the picture.
        epochs === references[0]!.epochs ? { atLeast: 0 } : null,
      );
    }
    const retraining = estimate(retrainingMs);
    row(`retraining (${references[0]!.name}), a candidate`, figures(retraining), 'ms');
    for (const method of methods) {
      const score = of(method, references[0]!.name, 'msPerCandidate');
      row(
        `${method}: score of a candidate`,
        figures({ mean: 1000 * score.mean, plusMinus: 1000 * score.plusMinus }),
        'µs',
      );
      row(
        '… faster than retraining, the state being there',
        { measured: retraining.mean / score.mean },
        '×',
        method === 'pNTK' ? { atLeast: 10_000 } : null,
      );
      const numScored = of(method, references[0]!.name, 'numScored').mean;
      const built = of(method, references[0]!.name, 'msToBuild').mean / numScored + score.mean;
      row(
        `… with gradients, kernel and state, shared by ${numScored} candidates`,
        { measured: retraining.mean / built },
        '×',
      );
    }
  },
  args.quick ? { resultsDir: trialDir } : {},
);

import { strategyNamed } from '@tangent/acquisition';
import { type ModelConfig, modelConfig } from '@tangent/contracts';
import {
  beginPhase,
  completeTraining,
  getModelVersion,
  getRoundForJob,
  loadContents,
  type RoundJobRecord,
} from '@tangent/database';
import type { HeadReport } from '../compute/prepare-head.js';
import { type Featuriser, featurise, inputShapeOf, meaningOf } from '../inputs/featuriser.js';
import { InputError } from '../inputs/input-error.js';
import { candidatesOf } from './candidates.js';
import { fitOnSample } from './fit-on-sample.js';
import { takeSnapshot } from './pool-snapshot.js';
import { importedNetwork } from './project-network.js';
import type { RoundContext, RoundJob } from './round-context.js';
import { labeledOf, type Snapshot, unlabeledOf } from './snapshot.js';
import { startCold } from './start-cold.js';

/**
 * Takes the pool snapshot, trains the model of the round and that of the control arm, measures both, keeps the model.
 * Where labels are of fewer than two classes and the strategy needs no model, it is a cold start instead.
 */
export async function trainModel(context: RoundContext, { roundId, attempt }: RoundJob): Promise<void> {
  const { db, blobs, compute, signal } = context;
  const begun = await beginPhase(db, { roundId, attempt, phase: 'training' });
  if (begun.kind === 'stale') return;
  const round = await getRoundForJob(db, roundId);
  const snapshot = await takeSnapshot(db, blobs, round);
  if (!snapshot) return;
  const labeled = labeledOf(snapshot);
  const isTrainable = hasTwoClasses(labeled, snapshot.classes);
  assertStartable(snapshot, isTrainable || strategyNamed(round.config.strategy).coldStart !== undefined);
  if (!isTrainable) return startCold(context, round, { attempt, snapshot });

  const loadingFrom = performance.now();
  const idsAt = (rows: Int32Array) => Array.from(rows, (i) => snapshot.itemIds[i]!);
  const { featuriser, x: sampleX, numSample } = await fitOnSample(context, round, snapshot);
  const x = await featurise(context, featuriser, await loadContents(db, idsAt(labeled)));
  const holdoutX = await featurise(context, featuriser, await loadContents(db, snapshot.holdoutIds));
  const classes = labeled.map((i) => snapshot.classes[i]!);
  const isControlled = round.config.controlArm > 0;
  const controlRows = isControlled
    ? Int32Array.from(labeled.keys()).filter((row) => snapshot.isRandom[labeled[row]!])
    : new Int32Array();
  const startingFrom = await startingPoints(context, round, featuriser);
  const fittingFrom = performance.now();
  signal.throwIfAborted();

  const trained = await compute.call(
    'trainRound',
    {
      x,
      classes,
      controlRows: hasTwoClasses(controlRows, classes) ? controlRows : new Int32Array(),
      holdoutX,
      holdoutClasses: Int32Array.from(snapshot.holdoutClasses),
      sampleX,
      numSample,
      inputShape: inputShapeOf(featuriser),
      numClasses: snapshot.classKeys.length,
      model: round.config.model,
      kernel: round.config.kernel,
      strategy: round.config.strategy,
      numPool: snapshot.itemIds.length,
      numCandidates: candidatesOf(round, snapshot).length,
      numEvaluation: Math.min(round.config.evaluationSize, unlabeledOf(snapshot).length),
      seed: round.seed,
      ...startingFrom,
    },
    { signal },
  );
  const { key: checkpointKey } = await blobs.put(trained.checkpoint);
  const numHoldout = snapshot.holdoutIds.length;
  const { control } = trained;
  await completeTraining(db, {
    roundId,
    attempt,
    checkpointKey,
    config: round.config.model,
    featuriser,
    numLabels: labeled.length,
    modelMetrics: {
      loss: trained.loss,
      numSteps: trained.numSteps,
      trainAccuracy: trained.trainAccuracy,
      layers: trained.layers,
      plan: trained.plan,
      calibration: trained.calibration,
      head: trained.head,
    },
    curve:
      numHoldout === 0
        ? []
        : [
            { arm: 'strategy', numLabels: labeled.length, numCorrect: trained.numCorrect, numHoldout },
            ...(control ? [{ arm: 'control' as const, ...control, numHoldout }] : []),
          ],
    timings: { 'training.load': fittingFrom - loadingFrom, 'training.fit': performance.now() - fittingFrom },
    metrics: {
      engine: context.engine,
      strategyVersion: strategyNamed(round.config.strategy).version,
      ...(startingFrom.before.length > 0 && { isWarmStart: true }),
      numLabeled: labeled.length,
      numCandidates: unlabeledOf(snapshot).length,
      numPool: snapshot.itemIds.length,
      trainLoss: trained.loss,
      trainAccuracy: trained.trainAccuracy,
      trainSteps: trained.numSteps,
      ...(trained.calibration && { calibration: trained.calibration }),
      ...(trained.head && headMetrics(trained.head)),
      ...(numHoldout > 0 && { heldOutAccuracy: trained.numCorrect / numHoldout }),
      layers: trained.layers.names.map((name, l) => ({
        name,
        traceShare: trained.layers.shares[l],
        weight: trained.layers.weights[l],
      })),
    },
  });
}

/** As a round shows them: numbers, and what was tried by its name. */
const headMetrics = ({ steps, energy, tried }: HeadReport) => ({
  headSteps: steps,
  headEnergy: energy,
  ...(tried.length > 0 && {
    headTried: tried.map((probe) => ({
      name: `${probe.steps} steps`,
      heldBackAccuracy: probe.accuracy,
      energy: probe.energy,
    })),
  }),
});

/** Checkpoints of an imported network and of the model of a warm start, if training starts from them; empty: not. */
async function startingPoints(
  context: RoundContext,
  round: RoundJobRecord,
  featuriser: Featuriser,
): Promise<{ readonly base: Uint8Array; readonly before: Uint8Array }> {
  const { db, blobs } = context;
  const { model, warmStartFrom } = round.config;
  const { projectId } = round;
  const found =
    warmStartFrom === null ? null : await getModelVersion(db, { projectId, number: warmStartFrom });
  // A change of the architecture, or of what its inputs mean, starts anew.
  const goesOn =
    found !== null &&
    architectureOf(modelConfig.parse(found.config)) === architectureOf(model) &&
    meaningOf(found.featuriser as Featuriser) === meaningOf(featuriser);
  return {
    base: await importedNetwork(context, round),
    before: goesOn ? await blobs.get(found.checkpointKey) : new Uint8Array(),
  };
}

/** What makes two networks the same but for their numbers. */
const architectureOf = ({ kind, hidden, width, blocksPerLayer, networkId, dropout }: ModelConfig) =>
  JSON.stringify([kind, hidden, width, blocksPerLayer, networkId, dropout]);

function assertStartable(snapshot: Snapshot, hasClasses: boolean): void {
  if (!hasClasses)
    throw new InputError(
      'nothing-to-train-on',
      'the labeled items are of fewer than two classes; label some of another class, then retry the round, or start one by random or typiclust, which need no model',
    );
  if (unlabeledOf(snapshot).length === 0)
    throw new InputError('nothing-to-score', 'no unlabeled item is left in the pool; import more items');
}

const hasTwoClasses = (rows: Int32Array, classes: ArrayLike<number>) =>
  new Set(Array.from(rows, (row) => classes[row])).size >= 2;

import type { Client } from '@tangent/client';
import type { StrategyName } from '@tangent/contracts';
import { loadDigits } from './digits.js';
import { createDigitsProject, importDigits } from './digits-project.js';
import { zipDigits } from './digits-zip.js';

/** One simulated team: a project of its own, a strategy, a seed. */
export interface OracleRun {
  readonly strategy: StrategyName;
  /** Decides which digits there are, which are labeled first, and the seeds of all rounds; not of the strategy. */
  readonly seed: number;
  readonly numPool: number;
  readonly numHeldOut: number;
  /** Labels at the start, chosen at random. */
  readonly numStart: number;
  readonly batchSize: number;
  /** Labels at the end. */
  readonly numLabels: number;
}

export const m20 = { numPool: 4000, numHeldOut: 2000, numStart: 20, batchSize: 20, numLabels: 180 } as const;

/** A project that is ready for its first round, and what each of its items really is. */
export interface PreparedRun extends OracleRun {
  readonly projectId: string;
  readonly truth: ReadonlyMap<string, string>;
}

/** Held-out accuracy at numStart, numStart + batchSize, … numLabels labels, everything through the REST API. */
export async function runOracle(
  client: Client,
  run: OracleRun,
  onProgress: (text: string) => void = () => undefined,
): Promise<number[]> {
  const prepared = await prepareRun(client, run);
  const curve = await labelByRounds(client, prepared, onProgress);
  await client.deleteProject({ params: { projectId: prepared.projectId } });
  return curve;
}

/** Makes the project. Runs of one seed have the same digits, the same first labels and the same held-out ones. */
export async function prepareRun(client: Client, run: OracleRun): Promise<PreparedRun> {
  const { strategy, seed, numPool, numHeldOut, numStart, batchSize } = run;
  const digits = await loadDigits(1000 + seed);
  const { zip, truth: truthOfFile } = await zipDigits({
    labeled: digits.slice(0, numStart),
    unlabeled: digits.slice(numStart, numPool),
    heldOut: digits.slice(numPool, numPool + numHeldOut),
  });
  // Without a trigger no round starts by itself: each has the seed that it is given here.
  const projectId = await createDigitsProject(client, `oracle ${strategy} ${seed}`, {
    strategy,
    batchSize,
    trigger: { everyLabels: null },
  });
  await importDigits(client, projectId, zip);
  const truth = new Map<string, string>();
  for await (const item of client.each('listItems', { params: { projectId }, query: { limit: 1000 } }))
    truth.set(item.id, truthOfFile.get(item.externalId!)!);
  return { ...run, projectId, truth };
}

/** Round after round: label the batch that the round selected, with the true classes; the curve at the end. */
export async function labelByRounds(
  client: Client,
  run: PreparedRun,
  onProgress: (text: string) => void = () => undefined,
): Promise<number[]> {
  const { projectId, strategy, seed, truth, numStart, batchSize, numLabels } = run;
  for (let labeled = numStart, cycle = 0; ; labeled += batchSize, cycle++) {
    const roundId = await runRound(client, projectId, { strategy, batchSize, seed: seed * 100 + cycle });
    const accuracy = (await readCurve(client, projectId)).get(labeled);
    if (accuracy === undefined) throw new Error(`round ${roundId} measured no accuracy at ${labeled} labels`);
    onProgress(`${strategy} ${seed}: ${labeled} labels, ${(100 * accuracy).toFixed(1)}%`);
    if (labeled >= numLabels) break;
    const { items } = await client.getRoundRanking({ params: { roundId }, query: { limit: batchSize } });
    const batch = items.filter(({ isSelected }) => isSelected);
    if (batch.length < batchSize)
      throw new Error(`round ${roundId} selected ${batch.length} of ${batchSize} items`);
    for (const { itemId } of batch)
      await client.createAnnotation({ params: { itemId }, body: { classKey: truth.get(itemId)! } });
  }
  const curve = await readCurve(client, projectId);
  return [...curve].sort(([a], [b]) => a - b).map(([, accuracy]) => accuracy);
}

async function runRound(
  client: Client,
  projectId: string,
  body: { strategy: StrategyName; batchSize: number; seed: number },
): Promise<string> {
  const { id } = await client.createRound({ params: { projectId }, body });
  const { status, error } = await client.waitForRound(id);
  if (status !== 'done') throw new Error(`round ${id} ended as ${status}: ${error?.detail}`);
  return id;
}

async function readCurve(client: Client, projectId: string): Promise<Map<number, number>> {
  const { points } = await client.getCurve({ params: { projectId } });
  return new Map(
    points.filter(({ arm }) => arm === 'strategy').map(({ numLabels, accuracy }) => [numLabels, accuracy]),
  );
}

import type { Client } from '@tangent/client';
import type { StrategyName } from '@tangent/contracts';
import { loadDigits } from './digits.js';
import { zipDigits } from './digits-zip.js';

/** One simulated team: a project of its own, a strategy, a seed. */
export interface OracleRun {
  readonly strategy: StrategyName;
  readonly seed: number;
  readonly numPool: number;
  readonly numHeldOut: number;
  readonly numStart: number;
  readonly batchSize: number;
  readonly numLabels: number;
}

export const m20 = { numPool: 4000, numHeldOut: 2000, numStart: 20, batchSize: 20, numLabels: 180 } as const;

/** Held-out accuracy at numStart, numStart + batchSize, … numLabels labels, everything through the REST API. */
export async function runOracle(
  client: Client,
  run: OracleRun,
  onProgress: (text: string) => void = () => undefined,
): Promise<number[]> {
  const { strategy, seed, numPool, numHeldOut, numStart, batchSize, numLabels } = run;
  const digits = await loadDigits(1000 + seed);
  const { zip, truth } = await zipDigits({
    labeled: digits.slice(0, numStart),
    unlabeled: digits.slice(numStart, numPool),
    heldOut: digits.slice(numPool, numPool + numHeldOut),
  });
  const { id: projectId } = await client.createProject({
    body: {
      name: `oracle ${strategy} ${seed}`,
      type: 'image',
      classes: Array.from({ length: 10 }, (_, digit) => ({ key: String(digit) })),
      settings: { strategy, batchSize, trigger: { everyLabels: null } },
    },
  });
  const upload = await client.uploadImport({ params: { projectId }, file: zip, fileName: 'digits.zip' });
  const operation = await client.waitForOperation(upload.id);
  if (operation.counts.created !== numPool + numHeldOut)
    onProgress(`${operation.counts.duplicates} duplicates, ${operation.counts.failed} failed`);
  const pathOf = new Map<string, string>();
  for await (const item of client.each('listItems', { params: { projectId }, query: { limit: 1000 } }))
    pathOf.set(item.id, item.externalId!);

  const cycles = Math.round((numLabels - numStart) / batchSize);
  for (let cycle = 0; cycle <= cycles; cycle++) {
    const body = { strategy, batchSize, seed: seed * 100 + cycle } as const;
    const { id } = await client.createRound({ params: { projectId }, body });
    const round = await client.waitForRound(id);
    if (round.status !== 'done')
      throw new Error(`round ${id} ended as ${round.status}: ${round.error?.detail}`);
    onProgress(
      `${strategy} ${seed}: ${numStart + cycle * batchSize} labels, ${((round.metrics.heldOutAccuracy as number) * 100).toFixed(1)}%`,
    );
    if (cycle === cycles) break;
    const { items } = await client.getRoundRanking({ params: { roundId: id }, query: { limit: batchSize } });
    for (const { itemId, isSelected } of items) {
      if (!isSelected) throw new Error(`the batch of round ${id} is smaller than ${batchSize}`);
      await client.createAnnotation({
        params: { itemId },
        body: { classKey: truth.get(pathOf.get(itemId)!)! },
      });
    }
  }
  const accuracies = new Map<number, number>();
  for (const point of (await client.getCurve({ params: { projectId } })).points)
    if (point.arm === 'strategy') accuracies.set(point.numLabels, point.accuracy);
  await client.deleteProject({ params: { projectId } });
  return [...accuracies].sort(([a], [b]) => a - b).map(([, accuracy]) => accuracy);
}

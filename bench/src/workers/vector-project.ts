import { once } from 'node:events';
import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import type { Client } from '@tangent/client';
import { sketchedPool } from '../pools/sketched-pool.js';

export interface VectorPlan {
  readonly seed: number;
  readonly numItems: number;
  readonly dimension: number;
  readonly numClasses: number;
  readonly numLabels: number;
}

/** A project of clustered vectors, the first of them labeled; no round starts by itself. Its id. */
export async function makeVectorProject(client: Client, plan: VectorPlan): Promise<string> {
  const { id: projectId } = await client.createProject({
    body: {
      name: 'vectors',
      type: 'vector',
      classes: Array.from({ length: plan.numClasses }, (_, i) => ({ key: String(i) })),
      settings: { trigger: { everyLabels: null } },
    },
  });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tangent-bench-workers-'));
  try {
    const file = path.join(folder, 'vectors.csv');
    await writeVectors(file, plan);
    const { id } = await client.uploadImport({
      params: { projectId },
      file: await openAsBlob(file),
      fileName: 'vectors.csv',
    });
    const { status, counts, errors } = await client.waitForOperation(id, { timeoutMs: 1_800_000 });
    if (status !== 'done' || counts.created !== plan.numItems)
      throw new Error(
        `the import ended as ${status} with ${JSON.stringify({ counts, errors: errors.slice(0, 2) })}`,
      );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return projectId;
}

async function writeVectors(
  file: string,
  { seed, numItems, dimension, numClasses, numLabels }: VectorPlan,
): Promise<void> {
  const { features, classes } = sketchedPool(seed, numItems, dimension, numClasses);
  const stream = createWriteStream(file);
  stream.write(`${Array.from({ length: dimension }, (_, j) => `v${j}`).join(',')},label\n`);
  let item = 0;
  for (const block of features instanceof Float32Array ? [features] : features)
    for (let at = 0; at < block.length; at += dimension, item++) {
      const numbers = Array.from(block.subarray(at, at + dimension), (value) => value.toPrecision(6));
      const line = `${numbers.join(',')},${item < numLabels ? classes[item] : ''}\n`;
      if (!stream.write(line)) await once(stream, 'drain');
    }
  stream.end();
  await finished(stream);
}

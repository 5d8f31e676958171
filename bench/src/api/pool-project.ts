import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@tangent/client';
import { createRandom } from '@tangent/compute';
import { dataFolder } from '../data/data-folder.js';
import { digitsSet } from '../data/digits-set.js';
import { type DataSet, type Inputs, loadSet, type Split } from '../data/load-set.js';
import type { Plan } from './plan.js';

/** A project with a pool, and what its items really are. */
export interface PoolProject {
  readonly projectId: string;
  readonly classKeys: readonly string[];
  /** Class key by item id. */
  readonly truth: ReadonlyMap<string, string>;
  /** Items to be labeled. */
  readonly numUnlabeled: number;
  /** The data, in words. */
  readonly name: string;
}

interface Row {
  readonly content: { readonly text: string } | { readonly vector: readonly number[] };
  readonly classKey: string;
}

/** News texts of the data folder, or where it is missing the digits of npm as vectors; imported, no round yet. */
export async function makePoolProject(client: Client, plan: Plan): Promise<PoolProject> {
  const data = await openPool();
  // A key holds no slash, as “Sci/Tech” does.
  const classKeys = data.classNames.map((name) => name.replaceAll('/', '-'));
  const rows = rowsOf(data.train, classKeys).concat(
    data.train.classes.length < plan.numUnlabeled ? rowsOf(data.test, classKeys) : [],
  );
  const order = createRandom(plan.seed).fork('pool').permutation(rows.length);
  const chosen = Array.from(order, (i) => rows[i]!).slice(
    0,
    plan.numLabeled + plan.numHeldOut + plan.numUnlabeled,
  );
  const type = data.train.inputs.kind === 'texts' ? 'text' : 'vector';
  const { id: projectId } = await client.createProject({
    body: {
      name: 'annotators',
      type,
      classes: classKeys.map((key) => ({ key })),
      settings: { trigger: { everyLabels: null }, leaseMs: plan.leaseMs },
    },
  });
  const lines = chosen.map(({ content, classKey }, i) =>
    JSON.stringify({
      id: String(i),
      ...content,
      ...(i < plan.numLabeled + plan.numHeldOut && { label: classKey, holdout: i >= plan.numLabeled }),
    }),
  );
  const upload = await client.uploadImport({
    params: { projectId },
    file: new Blob([`${lines.join('\n')}\n`]),
    fileName: 'pool.jsonl',
  });
  const { status, errors } = await client.waitForOperation(upload.id);
  if (status !== 'done' || errors.length > 0)
    throw new Error(`the import ended as ${status}: ${JSON.stringify(errors.slice(0, 2))}`);
  const truth = new Map<string, string>();
  for await (const { id, externalId } of client.each('listItems', {
    params: { projectId },
    query: { limit: 1000 },
  }))
    truth.set(id, chosen[Number(externalId)]!.classKey);
  const { counts } = await client.getProject({ params: { projectId } });
  return {
    projectId,
    classKeys,
    truth,
    numUnlabeled: counts.unlabeled,
    name: type === 'text' ? 'news texts (AG News)' : 'digits of npm, as vectors',
  };
}

async function openPool(): Promise<DataSet> {
  const folder = dataFolder();
  const isThere = folder !== null && existsSync(path.join(folder, 'ag_news', 'meta.json'));
  return isThere ? loadSet(folder, 'ag_news') : digitsSet();
}

function rowsOf({ inputs, classes }: Split, classKeys: readonly string[]): Row[] {
  return Array.from(classes, (position, i) => ({
    content: contentOf(inputs, i),
    classKey: classKeys[position]!,
  }));
}

function contentOf(inputs: Inputs, i: number): Row['content'] {
  if (inputs.kind === 'texts') return { text: inputs.texts[i]! };
  const [values, width] =
    inputs.kind === 'numbers'
      ? [inputs.values, inputs.width]
      : [inputs.pixels, inputs.height * inputs.width * inputs.channels];
  return { vector: Array.from(values.subarray(i * width, (i + 1) * width)) };
}

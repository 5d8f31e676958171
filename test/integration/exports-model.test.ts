import path from 'node:path';
import { crc32 } from 'node:zlib';
import { type Client, login } from '@tangent/client';
import { chooseEngine } from '@tangent/compute';
import { type Database, openDatabase } from '@tangent/database';
import { decodePixels } from '@tangent/importing';
import {
  applyHashedNgrams,
  applyLatentSemantics,
  type HashedNgrams,
  predictNetwork,
  type Standardisation,
  sparseHashedNgrams,
  standardiseInPlace,
} from '@tangent/models';
import { decodeCheckpoint } from '@tangent/networks';
import { type BlobStore, folderStore } from '@tangent/storage';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';
import { readNpy } from './support/npy.js';
import { unzip, zipOf } from './support/zips.js';

// The exported model in the hands of others: they have the archive, docs/exports.md and TensorFlow.js. What they compute of
// items is what the service computes of them, input and output.

let stack: Stack;
let client: Client;
let db: Database;
let blobs: BlobStore;
beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
  // Computing gives way to nobody here, or a machine with much else to do comes to no end.
  stack = await startStack({ queue: 'postgres', env: { TANGENT_WORKER_NICE: '0' } });
  ({ client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password));
  db = openDatabase({ url: stack.databaseUrl, maxConnections: 2 });
  blobs = await folderStore(path.join(stack.dataDir, 'blobs'));
});
afterAll(async () => {
  await db?.close();
  await stack?.stop();
});

const numLabeled = 24;
const numHeldOut = 12;

/** A line of the export as JSONL. */
interface ExportedItem {
  readonly itemId: string;
  readonly text?: string;
  readonly label?: string;
  readonly holdout: boolean;
}

/** A project after its first round, with the model that it gives away. */
async function modelOf(type: 'image' | 'text', settings: object, file: Blob, fileName: string) {
  const { id: projectId } = await client.createProject({
    body: {
      name: 'given away',
      type,
      classes: [{ key: 'a' }, { key: 'b' }],
      settings: { trigger: { everyLabels: null }, ...settings },
    },
  });
  const params = { projectId };
  const upload = await client.uploadImport({ params, file, fileName });
  expect((await client.waitForOperation(upload.id)).errors).toEqual([]);
  const round = await client.waitForRound((await client.createRound({ params, body: { seed: 3 } })).id);
  expect(round.error).toBeNull();
  const files = await unzip(await client.getModel({ params }));
  const { inputs, classes } = JSON.parse(files.get('tangent.json')!.toString());
  const { modelTopology, weightsManifest } = JSON.parse(files.get('model.json')!.toString());
  const weightData = new Uint8Array(files.get('weights.bin')!).buffer;
  const given = await layers.loadLayersModel(
    tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData }),
  );
  const [kept] = await db.query<{ key: string; featuriser: Record<string, unknown> }>(
    `SELECT v.checkpoint_key AS key, v.featuriser FROM model_versions v JOIN rounds r ON r.model_version_id = v.id
     WHERE r.id = $1`,
    [round.id],
  );
  const lines = await new Response(await client.createExport({ params })).text();
  const items = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ExportedItem);
  return { projectId, round, files, inputs, classes, given, kept: kept!, items };
}
type Given = Awaited<ReturnType<typeof modelOf>>;

/** Theirs against ours, of every item; and the accuracy that the round told. */
async function expectSame(model: Given, theirs: Float32Array, ours: Float32Array) {
  const { given, inputs, items, kept, round, classes } = model;
  const n = items.length;
  expect(theirs).toHaveLength(ours.length);
  for (const [i, value] of theirs.entries()) expect(Math.abs(value - ours[i]!)).toBeLessThan(1e-5);
  const logits = tf.tidy(() =>
    (given.predict(tf.tensor(theirs, [n, ...inputs.shape])) as tf.Tensor).dataSync(),
  ) as Float32Array;
  const own = predictNetwork(decodeCheckpoint(await blobs.get(kept.key)), ours, n);
  expect(logits).toHaveLength(2 * n);
  for (const [i, logit] of logits.entries()) expect(Math.abs(logit - own[i]!)).toBeLessThan(1e-4);
  const spread = Math.max(...logits) - Math.min(...logits);
  expect(spread).toBeGreaterThan(0.1); // it tells the items apart: equal is not equal to nothing
  const accuracy = (of: readonly number[]) =>
    of.filter((i) => classes[logits[2 * i]! > logits[2 * i + 1]! ? 0 : 1].key === items[i]!.label).length /
    of.length;
  const rows = [...items.keys()];
  const heldOut = rows.filter((i) => items[i]!.holdout);
  expect(heldOut).toHaveLength(numHeldOut);
  expect(accuracy(heldOut)).toBeCloseTo(round.metrics.heldOutAccuracy as number, 10);
  const labeled = rows.filter((i) => items[i]!.label !== undefined && !items[i]!.holdout);
  expect(labeled).toHaveLength(numLabeled);
  expect(accuracy(labeled)).toBeCloseTo(round.metrics.trainAccuracy as number, 10);
  given.dispose();
}

const classOf = (i: number) => 'ab'[i % 2]!;
/** What the row of an import says of item i, but for its content. */
const saidOf = (i: number) =>
  i < numLabeled
    ? { label: classOf(i), holdout: false }
    : i < numLabeled + numHeldOut
      ? { label: classOf(i), holdout: true }
      : {};
const numItems = 60;

test('of images: pixels as the description says, through the convolutional network', async () => {
  const side = 12;
  /** Reddish or bluish noise, the same at every run. */
  const picture = (n: number) =>
    sharp(
      Uint8Array.from({ length: side * side * 3 }, (_, i) => {
        const noise = (Math.imul(n * 7919 + i + 1, 2_654_435_761) >>> 16) % 160;
        return noise + (i % 3 === (n % 2) * 2 ? 80 : 0);
      }),
      { raw: { width: side, height: side, channels: 3 } },
    )
      .png()
      .toBuffer();
  const entries: [string, Uint8Array][] = [];
  const lines: string[] = [];
  for (let i = 0; i < numItems; i++) {
    entries.push([`${i}.png`, await picture(i)]);
    lines.push(JSON.stringify({ file_name: `${i}.png`, ...saidOf(i) }));
  }
  entries.push(['metadata.jsonl', Buffer.from(lines.join('\n'))]);
  const settings = { model: { kind: 'cnn', steps: 15 } };
  const model = await modelOf('image', settings, await zipOf(entries), 'pictures.zip');
  const { inputs, items, kept } = model;
  expect(inputs).toMatchObject({
    shape: [side, side, 3],
    featuriser: { kind: 'pixels', width: side, height: side, channels: 3 },
  });

  const media = await Promise.all(
    items.map(async ({ itemId }) =>
      Buffer.from(await (await client.getItemMedia({ params: { itemId } })).arrayBuffer()),
    ),
  );
  const { mean, deviation } = inputs.featuriser.scale;
  const decoded = await Promise.all(media.map((png) => sharp(png).raw().toBuffer()));
  const theirs = Float32Array.from(Buffer.concat(decoded), (p) => (p / 255 - mean[0]) / deviation[0]);

  const shape = { width: side, height: side, channels: 3 } as const;
  const pixels = await Promise.all(media.map((png) => decodePixels(png, shape)));
  const ours = standardiseInPlace(
    Float32Array.from(Buffer.concat(pixels), (p) => p / 255),
    kept.featuriser.scale as Standardisation,
  );
  await expectSame(model, theirs, ours);
});

/** By the table of docs/exports.md, and nothing else. */
function hashedRow(
  text: string,
  {
    dimension,
    idf,
    longestPhrase,
    characters,
  }: { dimension: number; idf: number[]; longestPhrase: number; characters?: [number, number] },
): number[] {
  const row = new Array<number>(dimension).fill(0);
  const add = (gram: string) => {
    row[crc32(Buffer.from(gram, 'utf8')) % dimension]! += 1;
  };
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  for (const [at, word] of words.entries()) {
    add(word);
    const upTo = ['^', ...words.slice(0, at + 1)];
    for (let length = 2; length <= Math.min(longestPhrase, upTo.length); length++)
      add(upTo.slice(-length).join(' '));
    if (!characters) continue;
    const bounded = [...`<${word}>`];
    for (let length = characters[0]; length <= characters[1]; length++)
      for (let from = 0; from + length <= bounded.length; from++)
        add(`#${bounded.slice(from, from + length).join('')}`);
  }
  return toLength8(row.map((count, bucket) => Math.log(1 + count) * idf[bucket]!));
}

function toLength8(row: number[]): number[] {
  const length = Math.hypot(...row);
  return length === 0 ? row : row.map((value) => (8 * value) / length);
}

const nouns = ['ship', "skipper's log", 'Ärger', 'sea', 'harbour', 'net', 'oven', 'flour', 'crust', 'yeast'];
const textOf = (i: number) =>
  `${Array.from(
    { length: 6 },
    (_, j) => nouns[((i * 13 + j * 7 + i * j) % 5) + 5 * ((i + (j === 5 ? 1 : 0)) % 2)],
  ).join(i % 3 ? ' ' : ', ')} № ${i}`;
const texts = () => {
  const rows = Array.from({ length: numItems }, (_, i) => JSON.stringify({ text: textOf(i), ...saidOf(i) }));
  return new Blob([`${rows.join('\n')}\n`]);
};
const mlp = { kind: 'mlp', hidden: [12], steps: 40 };

test('of texts: words, phrases and runs of characters hashed as the description says', async () => {
  const text = { buckets: 1024, longestPhrase: 3, characters: [3, 4], components: null };
  const model = await modelOf('text', { model: mlp, text }, texts(), 'rows.jsonl');
  const { inputs, items, kept } = model;
  expect(inputs).toMatchObject({ shape: [1024], featuriser: { kind: 'hashed-ngrams' } });
  const theirs = items.flatMap((item) => hashedRow(item.text!, inputs.featuriser.ngrams));
  const ours = applyHashedNgrams(
    items.map((item) => item.text!),
    kept.featuriser.ngrams as HashedNgrams,
  );
  await expectSame(model, Float32Array.from(theirs), ours);
});

test('of texts by latent semantic analysis: the hashed rows times components.npy', async () => {
  const text = { buckets: 1024, components: 8 };
  const model = await modelOf('text', { model: mlp, text }, texts(), 'rows.jsonl');
  const { inputs, items, kept, files } = model;
  const { numRows, numColumns, values } = readNpy(files.get('components.npy')!);
  expect([numRows, numColumns]).toEqual([1024, inputs.featuriser.numComponents]);
  expect(inputs).toMatchObject({ shape: [numColumns], featuriser: { kind: 'latent-semantics' } });
  const theirs = items.flatMap((item) => {
    const row = hashedRow(item.text!, inputs.featuriser.ngrams);
    return toLength8(
      Array.from({ length: numColumns }, (_, j) =>
        row.reduce((sum, value, i) => sum + value * values[i * numColumns + j]!, 0),
      ),
    );
  });
  const rows = sparseHashedNgrams(
    items.map((item) => item.text!),
    kept.featuriser.ngrams as HashedNgrams,
  );
  const components = new Float32Array(
    new Uint8Array(await blobs.get(kept.featuriser.componentsKey as string)).buffer,
  );
  const ours = applyLatentSemantics(rows, { width: 1024, numComponents: numColumns, components });
  await expectSame(model, Float32Array.from(theirs), ours);
});

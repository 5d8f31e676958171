import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Network } from '@tangent/networks';
import { modelJson, toLayersModel } from '@tangent/networks';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ZipFile } from 'yazl';
import { readNetwork } from './read-network.js';
import * as archive from './zip-archive.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'networks-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(files: Record<string, Uint8Array | string>) {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files))
    zip.addBuffer(Buffer.from(content), name, { compress: false });
  zip.end();
  const file = path.join(folder, 'upload');
  await writeFile(file, await buffer(zip.outputStream));
  return readNetwork(file, 'net.zip');
}

const parameter = (...shape: number[]) => ({
  shape,
  values: new Float32Array(shape.reduce((size, extent) => size * extent, 1)),
});
const network: Network = {
  inputShape: [2],
  nodes: [
    {
      name: 'out',
      operation: { type: 'dense', kernel: parameter(2, 3), bias: parameter(3) },
      inputs: ['input'],
    },
  ],
};
const saved = toLayersModel(network);
const weights = new Uint8Array(saved.weightData);
const json = modelJson(saved);

/** The text of model.json with other files of weights. */
const naming = (paths: readonly string[]) => json.replace('["weights.bin"]', () => JSON.stringify(paths));

test('a model whose weights lie in several files is read in their order', async () => {
  const { kind, summary } = await read({
    'model.json': naming(['b', 'a']),
    b: weights.subarray(0, 12),
    a: weights.subarray(12),
  });
  expect(kind).toBe('layers');
  expect(summary).toMatchObject({ inputShape: [2], numOutputs: 3, numParameters: 9 });
});

test('a weight file that is named many times, or files that are too large, are refused before any is unpacked', async () => {
  const readEntries = vi.spyOn(archive, 'readEntries');
  const large = new Uint8Array(40 * 2 ** 20);
  const cases = [
    [{ a: weights }, ['a', ...Array<string>(1_000).fill('a')], /“a” twice; save the model anew/],
    [{ a: large, b: large, c: large }, ['a', 'b', 'c'], /unpack to 125829120 bytes.*save a smaller model/],
  ] as const;
  for (const [files, paths, message] of cases) {
    readEntries.mockClear();
    const refused = read({ 'model.json': naming(paths), ...files });
    await expect(refused).rejects.toMatchObject({ code: 'unsupported-network' });
    await expect(refused).rejects.toThrow(message);
    // Of model.json alone.
    expect(readEntries).toHaveBeenCalledTimes(1);
  }
});

test('a name that cannot be stored is refused, also where only a note holds it; a long note is cut', async () => {
  const written = (change: string) =>
    read({ 'model.json': json.replace('"units":', () => `${change}:1,"units":`), 'weights.bin': weights });
  for (const field of ['"nul \\u0000_constraint"', '"half \\ud800_constraint"'])
    await expect(written(field)).rejects.toMatchObject({
      code: 'unsupported-network',
      message: expect.stringContaining('U+0000 or half a surrogate pair (layer out: '),
    });
  const { summary } = await written(`"${'long'.repeat(1_000)}_constraint"`);
  expect(summary.notes.map((note) => note.length)).toEqual([1_001]);
  const named = json.replaceAll('"out', '"\\u0000');
  await expect(read({ 'model.json': named, 'weights.bin': weights })).rejects.toMatchObject({
    code: 'unsupported-network',
  });
});

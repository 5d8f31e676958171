import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderStore } from './folder-store.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'blobs-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('what a crash left is swept when it is a day old, and not before, for it may be on its way', async () => {
  await folderStore(root);
  const [old, young] = ['old', 'young'].map((name) => path.join(root, 'incoming', name)) as [string, string];
  for (const file of [old, young]) await writeFile(file, 'half a dig');
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  await utimes(old, yesterday, yesterday);
  await folderStore(root);
  expect(await readdir(path.join(root, 'incoming'))).toEqual(['young']);
});

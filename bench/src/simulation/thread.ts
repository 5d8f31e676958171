import { chooseEngine, serveComputeThread } from '@tangent/compute';
import { dataFolder } from '../data/data-folder.js';
import { digitsSet } from '../data/digits-set.js';
import { type DataSet, loadSet } from '../data/load-set.js';
import { simulate } from './run.js';
import type { RunSettings, Setting } from './settings.js';

/** Only the last set is kept: runs come set by set. */
let loaded: { readonly key: string; readonly data: Promise<DataSet> } | undefined;

function dataOf({ set, trainShards }: Setting): Promise<DataSet> {
  const key = `${set} ${trainShards}`;
  if (loaded?.key !== key) loaded = { key, data: load(set, trainShards) };
  return loaded.data;
}

async function load(set: Setting['set'], trainShards: number): Promise<DataSet> {
  if (set === 'digits') return digitsSet();
  const folder = dataFolder();
  if (folder === null) throw new Error(`no data folder for ${set}; set TANGENT_BENCH_DATA`);
  return loadSet(folder, set, { trainShards });
}

export const handlers = {
  simulate: async (settings: RunSettings) => simulate(await dataOf(settings.setting), settings),
};

serveComputeThread(handlers, async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

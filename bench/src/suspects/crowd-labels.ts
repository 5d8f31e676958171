import { dataFolder } from '../data/data-folder.js';
import { loadSet } from '../data/load-set.js';

/** News texts with the class that a crowd worker gave and the true one. */
export interface CrowdLabels {
  readonly texts: readonly string[];
  readonly noisyClasses: Int32Array;
  readonly trueClasses: Int32Array;
  readonly classNames: readonly string[];
}

/** The rows of AG News that the crowd of NoisyAG-News labeled. Null where there is no data folder. */
export function loadCrowdLabels(): CrowdLabels | null {
  const folder = dataFolder();
  if (folder === null) return null;
  const { classNames, train } = loadSet(folder, 'ag_news');
  const { inputs, classes, noisyClasses } = train;
  if (inputs.kind !== 'texts' || !noisyClasses) throw new Error(`${folder}/ag_news has no labels of a crowd`);
  const rows = Int32Array.from(noisyClasses.keys()).filter((i) => noisyClasses[i]! >= 0);
  return {
    texts: Array.from(rows, (i) => inputs.texts[i]!),
    noisyClasses: rows.map((i) => noisyClasses[i]!),
    trueClasses: rows.map((i) => classes[i]!),
    classNames,
  };
}

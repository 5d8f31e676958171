import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** News texts with the class that a crowd worker gave and the true one. */
export interface CrowdLabels {
  readonly texts: readonly string[];
  readonly noisyClasses: Int32Array;
  readonly trueClasses: Int32Array;
  readonly classNames: readonly string[];
}

/**
 * The rows of AG News that the crowd of NoisyAG-News labeled, from the folder `ag_news` of TANGENT_BENCH_DATA, or of
 * `../shared/data` beside the clone. Null where there is none.
 */
export function loadCrowdLabels(): CrowdLabels | null {
  const clone = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
  const folder = path.join(process.env.TANGENT_BENCH_DATA ?? path.join(clone, '../shared/data'), 'ag_news');
  if (!existsSync(folder)) return null;
  const { classes: classNames } = JSON.parse(readFileSync(path.join(folder, 'meta.json'), 'utf8')) as {
    classes: string[];
  };
  const rows = gunzipSync(readFileSync(path.join(folder, 'train.jsonl.gz')))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { text: string; label: string; noisy_label: string | null })
    .filter((row) => row.noisy_label !== null);
  return {
    texts: rows.map((row) => row.text),
    noisyClasses: Int32Array.from(rows, (row) => classNames.indexOf(row.noisy_label!)),
    trueClasses: Int32Array.from(rows, (row) => classNames.indexOf(row.label)),
    classNames,
  };
}

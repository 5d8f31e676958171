import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const clone = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/**
 * The folder with the data sets, one folder each with a meta.json: TANGENT_BENCH_DATA, else `../shared/data` beside the
 * clone. Null where there is none: benchmarks then fall back to the digits of npm. Throws for a TANGENT_BENCH_DATA that
 * does not exist, because a misspelt folder would quietly measure something else.
 */
export function dataFolder(environment: NodeJS.ProcessEnv = process.env): string | null {
  const given = environment.TANGENT_BENCH_DATA;
  if (given) {
    if (existsSync(given)) return path.resolve(given);
    throw new Error(
      `TANGENT_BENCH_DATA is ${given}, which does not exist; set it to the folder of the data sets`,
    );
  }
  const beside = path.resolve(clone, '../shared/data');
  return existsSync(beside) ? beside : null;
}

import { rowCheck } from './check-row.js';
import { checkFirstRow } from './first-row.js';
import { readJsonArray } from './json-array.js';
import { assertText, readHead } from './sniff.js';
import type { ImportSource, ReadRow } from './source.js';

/** One JSON array of rows. Constant memory. */
export async function* readJson({ path, target }: ImportSource): AsyncGenerator<readonly ReadRow[]> {
  const check = rowCheck(target);
  for await (const elements of readJsonArray(path))
    yield elements.map(({ record, value }) => check(value, { record }));
}

/** Throws malformed-body, wrong-columns or unsupported-format when not even the first row can be one. */
export async function checkJson(source: ImportSource): Promise<void> {
  const { head, isWhole } = await readHead(source.path);
  assertText(head, isWhole, 'JSON');
  await checkFirstRow(readJson(source));
}

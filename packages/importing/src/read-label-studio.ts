import { rowCheck } from './check-row.js';
import { checkFirstRow } from './first-row.js';
import { type JsonElement, readJsonArray } from './json-array.js';
import { toRow } from './label-studio-task.js';
import { assertText, readHead } from './sniff.js';
import { type ImportSource, type ReadRow, rowError } from './source.js';

/** The JSON and JSON-MIN exports of Label Studio: one array of tasks. Constant memory. */
export async function* readLabelStudio({ path, target }: ImportSource): AsyncGenerator<readonly ReadRow[]> {
  const check = rowCheck(target);
  const read = ({ record, value }: JsonElement): ReadRow => {
    const converted = toRow(value, target);
    return converted.kind === 'fault'
      ? rowError({ record }, converted.code, converted.detail)
      : check(converted.value, { record });
  };
  for await (const elements of readJsonArray(path)) yield elements.map(read);
}

/** Throws malformed-body, wrong-columns or unsupported-format when not even the first task can be one. */
export async function checkLabelStudio(source: ImportSource): Promise<void> {
  const { head, isWhole } = await readHead(source.path);
  assertText(head, isWhole, 'JSON of Label Studio');
  await checkFirstRow(readLabelStudio(source));
}

import { TangentError } from '@tangent/contracts';
import { rowCheck } from './check-row.js';
import { type Converted, fault } from './converted.js';
import { checkFirstRow } from './first-row.js';
import { type JsonLine, readJsonLines } from './read-jsonl.js';
import { assertText, readHead } from './sniff.js';
import { type ImportSource, type ReadRow, rowError } from './source.js';

/**
 * Text classification of doccano: one object a line, `text` and `label` (or `labels`) as a list or as one string.
 * Its other fields are kept in `data`. Constant memory.
 */
export async function* readDoccano({ path, target }: ImportSource): AsyncGenerator<readonly ReadRow[]> {
  const check = rowCheck(target);
  const read = (line: JsonLine): ReadRow => {
    if (line.kind === 'error') return line;
    const place = { line: line.number };
    const converted = toRow(line.value);
    return converted.kind === 'fault'
      ? rowError(place, converted.code, converted.detail)
      : check(converted.value, place);
  };
  for await (const lines of readJsonLines(path)) yield lines.map(read);
}

/** Throws malformed-body, wrong-columns or unsupported-format when not even the first line can be one. */
export async function checkDoccano(source: ImportSource): Promise<void> {
  if (source.target.type !== 'text')
    throw new TangentError(
      'unsupported-format',
      `doccano’s lines hold texts, and this is a project of type ${source.target.type}.`,
    );
  const { head, isWhole } = await readHead(source.path);
  assertText(head, isWhole, 'JSONL');
  await checkFirstRow(readDoccano(source));
}

/** Whether a line is doccano’s rather than a row of ours. */
export function isDoccano(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { label, labels, Comments } = value as Record<string, unknown>;
  return Array.isArray(label) || Array.isArray(labels) || Array.isArray(Comments);
}

function toRow(value: unknown): Converted {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fault('row-invalid', 'The line is no object.');
  const { id, text, label, labels, Comments, ...data } = value as Record<string, unknown>;
  const given = [label ?? labels ?? []].flat();
  if (given.some((one) => typeof one !== 'string' && typeof one !== 'number'))
    return fault('row-invalid', 'label: spans or relations; only classes of whole texts are imported.');
  if (given.length > 1)
    return fault(
      'row-invalid',
      `label: ${given.length} labels (${given.slice(0, 20).join(', ')}); an item has one class.`,
    );
  const comments = Array.isArray(Comments) && Comments.length > 0 ? { Comments } : {};
  return {
    kind: 'value',
    value: {
      ...(id !== null && id !== undefined && { id }),
      ...(text !== undefined && { text }),
      ...(given.length === 1 && { label: String(given[0]) }),
      data: { ...data, ...comments },
    },
  };
}

import { TangentError } from '@tangent/contracts';
import { rowCheck } from './check-row.js';
import { maxLineBytes, readLines } from './lines.js';
import { assertText, readHead } from './sniff.js';
import { type ImportSource, type ReadRow, rowError } from './source.js';

/** One JSON object a line; empty lines are passed over. Constant memory. */
export async function* readJsonl({ path, target }: ImportSource): AsyncGenerator<ReadRow> {
  const check = rowCheck(target);
  for await (const line of readJsonLines(path))
    yield line.kind === 'value' ? check(line.value, { line: line.number }) : line;
}

/** Throws malformed-body, wrong-columns or unsupported-format when not even the first row can be one. */
export async function checkJsonl({ path, target }: ImportSource): Promise<void> {
  const { head } = await readHead(path);
  const text = assertText(head.subarray(0, 4096), head.length <= 4096, 'JSONL');
  if (/^\uFEFF?\s*\[/.test(text))
    throw new TangentError(
      'malformed-body',
      'The file is one JSON array; JSONL is one object a line: jq -c ".[]" array.json > rows.jsonl.',
    );
  for await (const first of readJsonLines(path)) {
    if (first.kind === 'error')
      throw new TangentError('malformed-body', `Line ${first.error.line}: ${first.error.detail}`);
    const checked = rowCheck(target)(first.value, { line: first.number });
    if (checked.kind === 'error' && ['unknown-field', 'content-missing'].includes(checked.error.code))
      throw new TangentError('wrong-columns', `Line ${first.number}: ${checked.error.detail}`);
    return;
  }
  throw new TangentError('malformed-body', 'The file holds no rows.');
}

export type JsonLine =
  | { readonly kind: 'value'; readonly number: number; readonly value: unknown }
  | (ReadRow & { readonly kind: 'error' });

export async function* readJsonLines(path: string): AsyncGenerator<JsonLine> {
  for await (const { number, bytes, numBytes } of readLines(path)) {
    const parsed = bytes ? parseLine(bytes, number) : tooLong(number, numBytes);
    if (parsed) yield parsed;
  }
}

// The decoder takes a byte order mark away.
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Null for an empty line. */
export function parseLine(bytes: Buffer, number: number): JsonLine | null {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return fault(number, 'not-utf8', 'The line is not UTF-8; save the file as UTF-8.');
  }
  if (text.trim() === '') return null;
  try {
    return { kind: 'value', number, value: JSON.parse(text) };
  } catch (error) {
    return fault(number, 'json-invalid', `The line is not JSON: ${(error as Error).message}`);
  }
}

const tooLong = (number: number, numBytes: number) =>
  fault(number, 'line-too-long', `The line has ${numBytes} bytes; ${maxLineBytes} are allowed.`);

const fault = (line: number, code: string, detail: string) =>
  rowError({ line }, code, detail) as ReadRow & { kind: 'error' };

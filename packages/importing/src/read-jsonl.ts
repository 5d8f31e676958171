import { TangentError } from '@tangent/contracts';
import { rowCheck } from './check-row.js';
import { checkFirstRow } from './first-row.js';
import { maxLineBytes, readLines } from './lines.js';
import { assertText, readHead } from './sniff.js';
import { type ImportSource, type ReadRow, rowError } from './source.js';

/** One JSON object a line; empty lines are passed over. Constant memory. */
export async function* readJsonl({ path, target }: ImportSource): AsyncGenerator<readonly ReadRow[]> {
  const check = rowCheck(target);
  for await (const lines of readJsonLines(path))
    yield lines.map((line) => (line.kind === 'value' ? check(line.value, { line: line.number }) : line));
}

/** Throws malformed-body, wrong-columns or unsupported-format when not even the first row can be one. */
export async function checkJsonl(source: ImportSource): Promise<void> {
  const { head } = await readHead(source.path);
  const text = assertText(head.subarray(0, 4096), head.length <= 4096, 'JSONL');
  if (/^\uFEFF?\s*\[/.test(text))
    throw new TangentError(
      'malformed-body',
      'The file is one JSON array; JSONL is one object a line. Say ?format=json, or name it .json.',
    );
  await checkFirstRow(readJsonl(source));
}

export type JsonLine =
  | { readonly kind: 'value'; readonly number: number; readonly value: unknown }
  | (ReadRow & { readonly kind: 'error' });

/** In groups, as they are read. */
export async function* readJsonLines(path: string): AsyncGenerator<readonly JsonLine[]> {
  for await (const lines of readLines(path))
    yield lines.flatMap(
      ({ number, bytes, numBytes }) => (bytes ? parseLine(bytes, number) : tooLong(number, numBytes)) ?? [],
    );
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

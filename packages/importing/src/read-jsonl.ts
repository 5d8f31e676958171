import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { checkRow } from './check-row.js';
import { type ImportSource, type ReadRow, rowError } from './source.js';

const maxLineLength = 32 * 1024 * 1024;

/** One JSON object a line; empty lines are passed over. Constant memory. */
export async function* readJsonl({ path, target }: ImportSource): AsyncGenerator<ReadRow> {
  let line = 0;
  for await (const raw of createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line++;
    const text = line === 1 ? raw.replace(/^\uFEFF/, '') : raw;
    if (text.trim() === '') continue;
    if (text.length > maxLineLength) {
      yield rowError(
        { line },
        'line-too-long',
        `The line has ${text.length} characters; ${maxLineLength} are allowed.`,
      );
      continue;
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      yield rowError({ line }, 'json-invalid', `The line is not JSON: ${(error as Error).message}`);
      continue;
    }
    yield checkRow(value, { line }, target);
  }
}

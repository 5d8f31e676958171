import { Readable } from 'node:stream';
import { TangentError } from '@tangent/contracts';
import { CsvError, parse } from 'csv-parse';
import { rowCheck } from './check-row.js';
import { columnFaults, readCsvHeader } from './csv-header.js';
import { decodeText } from './decode-text.js';
import { type ImportSource, type ReadRow, type RowPlace, rowError } from './source.js';

/**
 * Columns: id, label, holdout and gold (true or false), the content (text; image as base64; vector as a JSON array, or v0 … vN)
 * and data.NAME for anything else. Throws malformed-body where the file cannot be read further.
 */
export async function* readCsv(source: ImportSource): AsyncGenerator<readonly ReadRow[]> {
  const check = rowCheck(source.target);
  for await (const { line, value } of readCsvRecords(source.path, (columns) =>
    columnFaults(source.target, columns),
  )) {
    yield [typeof value === 'string' ? rowError({ line }, 'row-invalid', value) : check(value, { line })];
  }
}

export const checkCsv = (source: ImportSource) =>
  readCsvHeader(source.path, (columns) => columnFaults(source.target, columns)).then(() => undefined);

/** Records as the objects that rows are made of; a string says what is wrong with one. Constant memory. */
export async function* readCsvRecords(
  path: string,
  check: Parameters<typeof readCsvHeader>[1],
): AsyncGenerator<Required<Pick<RowPlace, 'line'>> & { value: Record<string, unknown> | string }> {
  const { columns, delimiter, hasNames } = await readCsvHeader(path, check);
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 32 * 1024 * 1024,
  });
  const input = Readable.from(decodeText(path));
  input.on('error', (error) => parser.destroy(error));
  const records = input.pipe(parser) as AsyncIterable<{ record: string[]; info: { lines: number } }>;
  let isHeader = hasNames;
  try {
    for await (const { record, info } of records) {
      if (isHeader) {
        isHeader = false;
        continue;
      }
      // `lines` is where the record ends, and its fields may hold line breaks.
      const line = info.lines - record.reduce((sum, field) => sum + field.split('\n').length - 1, 0);
      if (record.length === columns.length) yield { line, value: toValue(columns, record) };
      else yield { line, value: `The row has ${record.length} fields, the header ${columns.length}.` };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new TangentError(
      'malformed-body',
      `The file cannot be read further: ${(error as Error).message}. A quote within a quoted field is written twice.`,
      { cause: error },
    );
  } finally {
    input.destroy();
  }
}

function toValue(columns: readonly string[], record: readonly string[]): Record<string, unknown> | string {
  const value: Record<string, unknown> = {};
  const data: Record<string, unknown> = {};
  const numbers: number[] = [];
  for (const [i, column] of columns.entries()) {
    const field = record[i]!;
    if (column.startsWith('data.')) data[column.slice(5)] = field;
    else if (/^v\d+$/.test(column)) {
      const number = field.trim() === '' ? Number.NaN : Number(field);
      if (!Number.isFinite(number)) return `${column}: “${field.slice(0, 50)}” is no finite number.`;
      numbers[Number(column.slice(1))] = number;
    } else if (field === '') continue;
    else if (column === 'holdout' || column === 'gold') {
      const truth = readBoolean(field);
      if (truth === undefined) return `${column}: “${field.slice(0, 50)}” is neither true nor false.`;
      value[column] = truth;
    } else value[column] = column === 'vector' ? jsonOr(field) : field;
  }
  if (numbers.length > 0) value.vector = numbers;
  if (Object.keys(data).length > 0) value.data = data;
  return value;
}

function readBoolean(field: string): boolean | undefined {
  if (/^\s*(true|yes|1)\s*$/i.test(field)) return true;
  if (/^\s*(false|no|0)\s*$/i.test(field)) return false;
  return undefined;
}

function jsonOr(field: string): unknown {
  try {
    return JSON.parse(field);
  } catch {
    return field; // the row check then says what is wrong with it
  }
}

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { TangentError } from '@tangent/contracts';
import { parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { checkRow } from './check-row.js';
import type { ImportSource, ReadRow } from './source.js';

const known = ['id', 'text', 'image', 'vector', 'label', 'holdout'];
const delimiters = [',', ';', '\t'];

/** Header and delimiter of a CSV file (RFC 4180, BOM allowed, also ; and tab). */
interface CsvShape {
  readonly columns: readonly string[];
  readonly delimiter: string;
}

/**
 * Checks the header. Columns: id, text, image (base64), vector (JSON) or v0 … vN, label, holdout (true/false), and
 * data.NAME for anything else. Throws wrong-columns.
 */
export async function csvShape({ path, target }: ImportSource): Promise<CsvShape> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1 << 20), 0, 1 << 20, 0);
    const head = buffer
      .subarray(0, bytesRead)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
    const first = head.split(/\r?\n/, 1)[0] ?? '';
    const delimiter = delimiters.toSorted((a, b) => first.split(b).length - first.split(a).length)[0]!;
    const columns = (
      (parseSync(first, { delimiter, trim: true, relax_quotes: true }) as string[][])[0] ?? []
    ).map((c) => c.trim());
    const wrong = columns.filter((c) => !known.includes(c) && !/^v\d+$/.test(c) && !c.startsWith('data.'));
    const content = target.type;
    const hasContent = columns.includes(content) || (content === 'vector' && columns.includes('v0'));
    const wants = `The header must name ${content}${content === 'vector' ? ' (or v0, v1, …)' : ''}, and may name id, label, holdout and data.NAME.`;
    if (wrong.length > 0 || !hasContent || new Set(columns).size !== columns.length) {
      const errors = wrong.map((c) => ({
        pointer: `/columns/${c}`,
        detail: `unknown column “${c}”; call it data.${c} to keep it`,
      }));
      if (!hasContent)
        errors.push({ pointer: `/columns/${content}`, detail: `there is no column “${content}”` });
      throw new TangentError(
        'wrong-columns',
        `The file’s columns are ${columns.map((c) => `“${c}”`).join(', ') || 'missing'}. ${wants}`,
        { errors },
      );
    }
    return { columns, delimiter };
  } finally {
    await file.close();
  }
}

export async function* readCsv(source: ImportSource): AsyncGenerator<ReadRow> {
  const { columns, delimiter } = await csvShape(source);
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    from_line: 2,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 32 * 1024 * 1024,
  });
  const input = createReadStream(source.path);
  input.on('error', (error) => parser.destroy(error));
  const records = input.pipe(parser) as AsyncIterable<{ record: string[]; info: { lines: number } }>;
  try {
    for await (const { record, info } of records) {
      const place = { line: info.lines };
      if (record.length !== columns.length) {
        yield {
          kind: 'error',
          error: {
            ...place,
            code: 'row-invalid',
            detail: `The row has ${record.length} fields, the header ${columns.length}.`,
          },
        };
        continue;
      }
      yield checkRow(toValue(columns, record), place, source.target);
    }
  } catch (error) {
    yield {
      kind: 'error',
      error: { code: 'csv-invalid', detail: `The file cannot be read further: ${(error as Error).message}` },
    };
  }
}

function toValue(columns: readonly string[], record: readonly string[]): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  const data: Record<string, unknown> = {};
  const numbers: number[] = [];
  columns.forEach((column, i) => {
    const field = record[i]!;
    if (/^v\d+$/.test(column))
      numbers[Number(column.slice(1))] = field.trim() === '' ? Number.NaN : Number(field);
    else if (column.startsWith('data.')) data[column.slice(5)] = field;
    else if (field === '') return;
    else if (column === 'holdout') value.holdout = /^(true|1|yes)$/i.test(field.trim());
    else if (column === 'vector') value.vector = jsonOr(field);
    else value[column] = field;
  });
  if (numbers.length > 0) value.vector = numbers;
  if (Object.keys(data).length > 0) value.data = data;
  return value;
}

function jsonOr(field: string): unknown {
  try {
    return JSON.parse(field);
  } catch {
    return field; // the row check then says what is wrong with it
  }
}

import { type Fault, TangentError } from '@tangent/contracts';
import { parse } from 'csv-parse/sync';
import { assertText, readHead } from './sniff.js';
import type { ImportTarget } from './source.js';

const delimiters = [',', ';', '\t', '|'];

/** Header and delimiter of a CSV file (RFC 4180, BOM allowed, also ; tab and |). */
export interface CsvHeader {
  readonly columns: readonly string[];
  readonly delimiter: string;
  /** False: the first line is a row of numbers already, and the columns are v0, v1, … */
  readonly hasNames: boolean;
}

/** Throws wrong-columns, unsupported-format or malformed-body; it names every column that is wrong. */
export async function readCsvHeader(
  path: string,
  check: (columns: readonly string[]) => Fault[],
): Promise<CsvHeader> {
  const { head, isWhole } = await readHead(path);
  const text = assertText(head, isWhole, 'CSV');
  const delimiter = delimiterOf(text);
  const first = firstRecord(text, delimiter).map((column) => column.trim());
  // As numpy.savetxt writes a matrix.
  const hasNames =
    first.length === 0 || !first.every((field) => field !== '' && Number.isFinite(Number(field)));
  const columns = hasNames ? first : first.map((_, i) => `v${i}`);
  const twice = columns.filter((column, i) => columns.indexOf(column) !== i);
  const errors = [
    ...check(columns),
    ...twice.map((column) => ({ pointer: `/columns/${column}`, detail: `“${column}” is there twice` })),
  ];
  if (errors.length > 0)
    throw new TangentError(
      'wrong-columns',
      `The file’s columns are ${columns.map((column) => `“${column}”`).join(', ') || 'missing'}: ${errors.map(({ detail }) => detail).join('; ')}.`,
      { errors },
    );
  return { columns, delimiter, hasNames };
}

/** What is wrong with the columns of rows for a project. */
export function columnFaults({ type }: ImportTarget, columns: readonly string[]): Fault[] {
  const known = ['id', 'label', 'holdout', 'gold', type];
  const isNumber = (column: string) => type === 'vector' && /^v\d+$/.test(column);
  const faults = columns
    .filter((column) => !known.includes(column) && !isNumber(column) && !/^data\../.test(column))
    .map((column) => ({
      pointer: `/columns/${column}`,
      detail: `“${column}” is unknown, call it “data.${column}” to keep it`,
    }));
  const numbers = columns.filter(isNumber);
  const gap = numbers.findIndex((_, i) => !numbers.includes(`v${i}`));
  if (gap >= 0)
    faults.push({
      pointer: `/columns/v${gap}`,
      detail: `there are ${numbers.length} columns v…, but no “v${gap}”`,
    });
  if (!columns.includes(type) && numbers.length === 0) {
    const wanted = type === 'vector' ? '“vector” (a JSON array), or “v0”, “v1”, …' : `“${type}”`;
    faults.push({
      pointer: `/columns/${type}`,
      detail: `a project of type ${type} needs a column ${wanted}`,
    });
  }
  if (columns.includes('vector') && numbers.length > 0)
    faults.push({ pointer: '/columns/vector', detail: '“vector” and “v0” … say the same; leave one out' });
  return faults;
}

/** The one that stands most often in the first line, outside of quotes; a comma where there is none. */
function delimiterOf(text: string): string {
  const line = text.replace(/"(?:[^"]|"")*"/g, '').split(/\r?\n/, 1)[0] ?? '';
  const count = (delimiter: string) => line.split(delimiter).length;
  return delimiters.toSorted((a, b) => count(b) - count(a))[0]!;
}

function firstRecord(text: string, delimiter: string): string[] {
  try {
    const [first = []] = parse(text, { bom: true, delimiter, to: 1, skip_empty_lines: true }) as string[][];
    return first;
  } catch (cause) {
    throw new TangentError('malformed-body', `The header cannot be read: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

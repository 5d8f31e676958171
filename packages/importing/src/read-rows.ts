import type { ImportFormat } from '@tangent/contracts';
import { TangentError } from '@tangent/contracts';
import { checkCsv, readCsv } from './read-csv.js';
import { checkJsonl, readJsonl } from './read-jsonl.js';
import { checkZip, readZip } from './read-zip.js';
import type { ImportSource, ReadRow } from './source.js';

/**
 * The rows of a file, good and bad, in their order; in constant memory. The same file gives the same rows, so a reader
 * that was stopped goes on by passing over as many as it had. Throws what `preflight` throws, also in the middle.
 */
export function readRows(source: ImportSource): AsyncGenerator<ReadRow> {
  return { jsonl: readJsonl, csv: readCsv, zip: readZip }[source.format](source);
}

/**
 * Looks at a file before it is accepted: the header of a CSV, the directory of an archive, the first row of JSONL.
 * Throws wrong-columns, archive-unsafe, archive-corrupt, malformed-body, unsupported-format.
 */
export function preflight(source: ImportSource): Promise<void> {
  return { jsonl: checkJsonl, csv: checkCsv, zip: checkZip }[source.format](source);
}

/** The format by the name of the file, or what was asked for. Throws unsupported-format. */
export function formatOf(fileName: string, asked?: ImportFormat): ImportFormat {
  if (asked) return asked;
  const [, ending] = /\.([a-z]+)$/i.exec(fileName) ?? [];
  const format = ({ jsonl: 'jsonl', ndjson: 'jsonl', csv: 'csv', tsv: 'csv', zip: 'zip' } as const)[
    ending?.toLowerCase() ?? ''
  ];
  if (!format)
    throw new TangentError(
      'unsupported-format',
      `“${fileName}” ends in none of .jsonl, .csv, .zip; rename it, or say ?format=.`,
    );
  return format;
}

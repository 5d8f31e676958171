import type { ImportFormat } from '@tangent/contracts';
import { TangentError } from '@tangent/contracts';
import { csvShape, readCsv } from './read-csv.js';
import { readJsonl } from './read-jsonl.js';
import { readZip } from './read-zip.js';
import type { ImportSource, ReadRow } from './source.js';
import { listEntries } from './zip-archive.js';

/** The rows of a file, good and bad, in their order; in constant memory. */
export function readRows(source: ImportSource): AsyncGenerator<ReadRow> {
  return readers[source.format](source);
}
const readers = { jsonl: readJsonl, csv: readCsv, zip: readZip } as const;

/**
 * Looks at a file before it is accepted: the header of a CSV, the directory of an archive, the first line of JSONL.
 * Throws wrong-columns, archive-unsafe, archive-corrupt, malformed-body, unsupported-format.
 */
export async function preflight(source: ImportSource): Promise<void> {
  if (source.format === 'zip') {
    if (source.target.type !== 'image')
      throw new TangentError(
        'unsupported-format',
        `A ZIP holds images, and this is a project of type ${source.target.type}; send JSONL or CSV.`,
      );
    const entries = await listEntries(source.path);
    if (entries.length === 0) throw new TangentError('archive-corrupt', 'The archive holds no files.');
    return;
  }
  if (source.format === 'csv') {
    await csvShape(source);
    return;
  }
  for await (const first of readJsonl(source)) {
    if (first.kind === 'error' && first.error.code === 'json-invalid')
      throw new TangentError('malformed-body', `Line ${first.error.line}: ${first.error.detail}`);
    return;
  }
  throw new TangentError('malformed-body', 'The file holds no rows.');
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

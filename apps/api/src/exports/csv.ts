import type { ProjectType } from '@tangent/contracts';
import { type ExportRow, oneAhead } from '@tangent/database';
import { csvRecord } from './csv-record.js';
import type { ExportContext, ExportFormatWriter } from './export-file.js';

const columnsOf = (type: ProjectType) => [
  'itemId',
  'id',
  type,
  'label',
  'labelSource',
  'status',
  'holdout',
  'gold',
  'numAnnotations',
  'createdAt',
  'data',
];

/** One record an item; what spreadsheets would run as a formula is guarded. */
export const csv: ExportFormatWriter = {
  contentType: 'text/csv; charset=utf-8',
  extension: 'csv',
  types: ['text', 'image', 'vector'],
  async *write({ source, origin }) {
    yield Buffer.from(csvRecord(columnsOf(source.project.type)));
    for await (const rows of oneAhead(source.batches()))
      yield Buffer.from(rows.map((row) => recordOf(row, origin)).join(''));
  },
};

const recordOf = (row: ExportRow, origin: ExportContext['origin']): string =>
  csvRecord([
    row.id,
    row.externalId,
    row.text ?? (row.vector ? `[${row.vector.join(',')}]` : mediaLink(row, origin)),
    row.label,
    row.labelSource,
    row.status,
    row.isHoldout,
    row.isGold,
    row.annotations.length,
    row.createdAt,
    row.dataJson,
  ]);

const mediaLink = ({ id }: ExportRow, origin: string) => `${origin}/v1/items/${id}/media`;

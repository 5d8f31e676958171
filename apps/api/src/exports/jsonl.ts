import type { ExportedAnnotation, ExportRow } from '@tangent/database';
import { mediaUrl } from '../routes/item-view.js';
import type { ExportFormatWriter } from './export-file.js';
import { oneAhead } from './one-ahead.js';

/** One line an item: the fields that an import takes, with status and annotations beside them. */
export const jsonl: ExportFormatWriter = {
  contentType: 'application/x-ndjson',
  extension: 'jsonl',
  types: ['text', 'image', 'vector'],
  async *write({ source }) {
    for await (const rows of oneAhead(source.batches())) yield Buffer.from(rows.map(lineOf).join(''));
  },
};

function lineOf(row: ExportRow): string {
  const { id, externalId, text, vector, mediaSha256, label, labelSource, isHoldout } = row;
  const head = JSON.stringify({
    itemId: id,
    ...(externalId !== null && { id: externalId }),
    ...(text !== null && { text }),
    ...(vector && { vector: [...vector] }),
    ...(mediaSha256 !== null && { mediaUrl: mediaUrl(id), mediaSha256 }),
    status: row.status,
    ...(label !== null && { label, labelSource }),
    holdout: isHoldout,
  });
  // The data is JSON as it comes; reading it only to write it again would cost more than the rest of the line.
  const annotations = row.annotations.length === 0 ? '[]' : JSON.stringify(row.annotations.map(toAnnotation));
  return `${head.slice(0, -1)},"data":${row.dataJson},"annotations":${annotations},"createdAt":"${row.createdAt}"}\n`;
}

const toAnnotation = ({ annotatorEmail: _, ...annotation }: ExportedAnnotation) => annotation;

import { type ExportedAnnotation, type ExportRow, oneAhead } from '@tangent/database';
import { mediaUrl } from '../routes/item-view.js';
import type { ExportFormatWriter } from './export-file.js';

/** One line an item: the fields that an import takes, with status and annotations beside them. */
export const jsonl: ExportFormatWriter = {
  contentType: 'application/x-ndjson',
  extension: 'jsonl',
  types: ['text', 'image', 'vector'],
  async *write({ source }) {
    for await (const rows of oneAhead(source.batches())) yield Buffer.from(rows.map(lineOf).join(''));
  },
};

/** Put together by hand: a million objects that are made only to be written would cost more than the writing. */
function lineOf(row: ExportRow): string {
  const { id, externalId, text, vector, mediaSha256, label, annotations } = row;
  let line = `{"itemId":"${id}"`;
  if (externalId !== null) line += `,"id":${JSON.stringify(externalId)}`;
  if (text !== null) line += `,"text":${JSON.stringify(text)}`;
  if (vector !== null) line += `,"vector":[${vector.join(',')}]`;
  if (mediaSha256 !== null) line += `,"mediaUrl":"${mediaUrl(id)}","mediaSha256":"${mediaSha256}"`;
  line += `,"status":"${row.status}"`;
  if (label !== null) line += `,"label":${JSON.stringify(label)},"labelSource":"${row.labelSource}"`;
  line += `,"holdout":${row.isHoldout},"gold":${row.isGold},"data":${row.dataJson},"annotations":`;
  line += annotations.length === 0 ? '[]' : JSON.stringify(annotations.map(toAnnotation));
  return `${line},"createdAt":"${row.createdAt}"}\n`;
}

const toAnnotation = ({ annotatorEmail: _, ...annotation }: ExportedAnnotation) => annotation;

import { type ExportedAnnotation, type ExportRow, oneAhead } from '@tangent/database';
import { mediaUrl } from '../routes/item-view.js';
import type { ExportFormatWriter } from './export-file.js';

/** Name of the Choices tag in the labeling configuration; the object tag has the name of the project's type. */
const fromName = 'label';

/**
 * A JSON array of Label Studio's tasks (https://labelstud.io/guide/task_format), as its import takes it: annotators are
 * named by e-mail, skips are cancelled annotations, and a label that no annotation gave (it came with the import, or from
 * a review) is an annotation of its own, marked as ground truth.
 */
export const labelStudio: ExportFormatWriter = {
  contentType: 'application/json; charset=utf-8',
  extension: 'label-studio.json',
  types: ['text', 'image'],
  async *write({ source, origin }) {
    const { type } = source.project;
    // Label Studio's ids are whole numbers: tasks and annotations are numbered in the order of the file.
    let numAnnotations = 0;
    let before = '[\n';
    for await (const rows of oneAhead(source.batches())) {
      const tasks = rows.map((row) => {
        const annotations = annotationsOf(row, type).map((annotation) => ({
          id: ++numAnnotations,
          ...annotation,
        }));
        return JSON.stringify(taskOf(row, origin, annotations));
      });
      yield Buffer.from(before + tasks.join(',\n'));
      before = ',\n';
    }
    yield Buffer.from(before === '[\n' ? '[]\n' : '\n]\n');
  },
};

function taskOf(row: ExportRow, origin: string, annotations: readonly object[]): object {
  const { id, externalId, text, isHoldout, createdAt } = row;
  const data = row.dataJson === '{}' ? {} : (JSON.parse(row.dataJson) as object);
  return {
    id: row.ordinal + 1,
    data: { ...data, ...(text === null ? { image: `${origin}${mediaUrl(id)}` } : { text }) },
    meta: { itemId: id, ...(externalId !== null && { id: externalId }), ...(isHoldout && { holdout: true }) },
    created_at: createdAt,
    annotations,
    predictions: [],
  };
}

function annotationsOf(row: ExportRow, toName: string): object[] {
  const given = row.annotations.map((annotation) => annotationOf(annotation, toName));
  if (row.label === null || row.labelSource === 'annotation') return given;
  return [
    {
      result: [choice(row.id, toName, row.label)],
      was_cancelled: false,
      ground_truth: true,
      lead_time: null,
      created_at: row.createdAt,
    },
    ...given,
  ];
}

function annotationOf(annotation: ExportedAnnotation, toName: string): object {
  const { id, annotatorEmail, classKey, skip, flag, activeMs, wallMs, createdAt } = annotation;
  const leadMs = activeMs ?? wallMs;
  return {
    completed_by: { email: annotatorEmail },
    result: classKey === null ? [] : [choice(id, toName, classKey)],
    was_cancelled: classKey === null,
    ground_truth: false,
    lead_time: leadMs === null ? null : leadMs / 1000,
    created_at: createdAt,
    ...(skip !== null && { skip }),
    ...(flag && { flag }),
  };
}

const choice = (id: string, toName: string, classKey: string) => ({
  id,
  from_name: fromName,
  to_name: toName,
  type: 'choices',
  value: { choices: [classKey] },
});

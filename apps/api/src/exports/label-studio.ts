import { type ExportedAnnotation, type ExportRow, oneAhead } from '@tangent/database';
import { type LabelStudioKept, splitKept } from '@tangent/importing';
import { mediaUrl } from '../routes/item-view.js';
import type { ExportFormatWriter } from './export-file.js';

/**
 * A JSON array of Label Studio's tasks (https://labelstud.io/guide/task_format), as its import takes it: annotators are
 * named by e-mail, skips are cancelled annotations, and a label that no annotation gave (it came with an import, or from
 * a review) is an annotation of its own, marked as ground truth. What an import kept of a task of Label Studio stands
 * where it stood: annotations and predictions, meta, and the name of the field that holds the content.
 */
export const labelStudio: ExportFormatWriter = {
  contentType: 'application/json; charset=utf-8',
  extension: 'label-studio.json',
  types: ['text', 'image'],
  async *write({ source, origin }) {
    const place = { type: source.project.type, origin };
    // Label Studio's ids are whole numbers: tasks and annotations are numbered in the order of the file.
    let numAnnotations = 0;
    const number = () => ++numAnnotations;
    let before = '[\n';
    for await (const rows of oneAhead(source.batches())) {
      const tasks = rows.map((row) => JSON.stringify(taskOf(row, place, number)));
      yield Buffer.from(before + tasks.join(',\n'));
      before = ',\n';
    }
    yield Buffer.from(before === '[\n' ? '[]\n' : '\n]\n');
  },
};

/** What the tasks of a project have in common. */
interface Place {
  readonly type: string;
  /** Of this service, as images are linked. */
  readonly origin: string;
}

function taskOf(row: ExportRow, { type, origin }: Place, number: () => number): object {
  const { id, externalId, text, isHoldout, isGold, createdAt } = row;
  const data = row.dataJson === '{}' ? {} : (JSON.parse(row.dataJson) as Record<string, unknown>);
  const { kept, rest } = splitKept(data);
  const content = text === null ? `${origin}${mediaUrl(id)}` : text;
  return {
    id: row.ordinal + 1,
    data: { ...rest, [kept.field ?? type]: content },
    meta: {
      ...kept.meta,
      itemId: id,
      ...(externalId !== null && { id: externalId }),
      ...(isHoldout && { holdout: true }),
      ...(isGold && { gold: true }),
    },
    created_at: createdAt,
    annotations: annotationsOf(row, kept, type).map((annotation) => ({ ...annotation, id: number() })),
    predictions: kept.predictions ?? [],
  };
}

/**
 * Those that came with the import, then those that were given here. Where what was given here decides, it is marked as
 * ground truth and the others are not: read again, the task has the label that the item has. Of a gold item what was given
 * here decides nothing, and the label stands beside it as ground truth.
 */
function annotationsOf(row: ExportRow, kept: LabelStudioKept, type: string): object[] {
  const tags = tagsOf(kept, type);
  const came = kept.annotations ?? [];
  const isOfImport = row.labelSource === 'import';
  const isMeasured = row.isGold && row.annotations.length > 0;
  const isContested = came.length > 0 && row.label !== null && (!isOfImport || isMeasured);
  const given = row.annotations.map((annotation) => ({
    ...annotationOf(annotation, tags),
    ground_truth: isContested && row.labelSource === 'annotation' && annotation.classKey === row.label,
  }));
  return [
    ...(isContested ? came.map((annotation) => ({ ...annotation, ground_truth: false })) : came),
    ...(isUnsaid(row, isContested ? [] : came) ? [groundTruthOf(row, kept, tags)] : []),
    ...given,
  ];
}

/** A label that no annotation gives. */
const isUnsaid = ({ label, labelSource }: ExportRow, came: readonly object[]): boolean =>
  label !== null && labelSource !== 'annotation' && (labelSource !== 'import' || came.length === 0);

const groundTruthOf = (row: ExportRow, kept: LabelStudioKept, tags: Tags): object => ({
  result: [choice(row.id, tags, row.label!)],
  was_cancelled: false,
  ground_truth: true,
  lead_time: kept.lead_time ?? null,
  created_at: row.createdAt,
});

function annotationOf(annotation: ExportedAnnotation, tags: Tags): object {
  const { id, annotatorEmail, classKey, skip, flag, activeMs, wallMs, createdAt } = annotation;
  const leadMs = activeMs ?? wallMs;
  return {
    completed_by: { email: annotatorEmail },
    result: classKey === null ? [] : [choice(id, tags, classKey)],
    was_cancelled: classKey === null,
    lead_time: leadMs === null ? null : leadMs / 1000,
    created_at: createdAt,
    ...(skip !== null && { skip }),
    ...(flag && { flag }),
  };
}

/** Names of the Choices tag and of the object tag in the labeling configuration. */
interface Tags {
  readonly from: string;
  readonly to: string;
}

/** As in what came; else `label`, and like the project's type. */
function tagsOf({ annotations = [] }: LabelStudioKept, type: string): Tags {
  const choices = annotations.flatMap(({ result }) => result).find((one) => one.type === 'choices');
  return { from: choices?.from_name ?? 'label', to: choices?.to_name ?? type };
}

const choice = (id: string, { from, to }: Tags, classKey: string) => ({
  id,
  from_name: from,
  to_name: to,
  type: 'choices',
  value: { choices: [classKey] },
});

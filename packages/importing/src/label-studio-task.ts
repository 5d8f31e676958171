import { z } from 'zod';
import { type Converted, fault } from './converted.js';
import {
  type LabelStudioAnnotation,
  type LabelStudioKept,
  labelStudioAnnotation,
} from './label-studio-kept.js';
import type { ImportTarget } from './source.js';

/** A number stands for an annotation that the export left out. */
const annotations = z.array(z.union([labelStudioAnnotation, z.number()])).nullish();
const task = z.looseObject({
  id: z.union([z.string(), z.number()]).nullish(),
  data: z.record(z.string(), z.unknown()),
  annotations,
  completions: annotations.describe('What annotations were called before version 1.0'),
  predictions: z.array(z.unknown()).nullish(),
  meta: z.unknown().optional(),
});
/** What our own export adds: Label Studio numbers its tasks, and knows of neither holdout nor gold. */
const ownMeta = z.looseObject({
  itemId: z.string(),
  id: z.string().optional(),
  holdout: z.boolean().optional(),
  gold: z.boolean().optional(),
});
/** An export of the shape JSON-MIN: data and answers side by side. */
const flatTask = z.looseObject({
  annotation_id: z.unknown().optional(),
  id: z.union([z.string(), z.number()]),
});
const bookkeeping = ['id', 'annotator', 'annotation_id', 'created_at', 'updated_at', 'lead_time'];

/**
 * A task of Label Studio as a row. Its content is the field of `data` that is called like the project’s type, else
 * the only text. Its label is what the annotations agree on: those marked as ground truth where there are such,
 * cancelled ones never; of several the majority, and no label at a tie. The annotations as they came (lead_time,
 * was_cancelled and all) and the predictions are kept in `data.label_studio` (label-studio-kept.ts). Of a task that we
 * exported, id, holdout and gold are those of its item.
 */
export function toRow(value: unknown, target: ImportTarget): Converted {
  const whole = task.safeParse(value);
  if (whole.success) return rowOfTask(whole.data, target);
  const flat = flatTask.safeParse(value);
  if (flat.success && 'annotation_id' in flat.data) return rowOfFlatTask(flat.data, target);
  const { path, message } = whole.error.issues[0]!;
  return fault('row-invalid', `${path.length > 0 ? path.join('.') : 'The task'}: ${message}.`);
}

function rowOfTask(found: z.infer<typeof task>, target: ImportTarget): Converted {
  const content = contentOf(found.data, target);
  if (content.kind === 'fault') return content;
  const answers = [...(found.annotations ?? []), ...(found.completions ?? [])].filter(
    (a): a is LabelStudioAnnotation => typeof a !== 'number',
  );
  const label = labelOf(answers);
  if (label.kind === 'fault') return label;
  const predictions = found.predictions ?? [];
  const { own, meta } = splitMeta(found.meta);
  const kept: LabelStudioKept = {
    ...(answers.length > 0 && { annotations: answers }),
    ...(predictions.length > 0 && { predictions }),
    ...(isFilled(meta) && { meta }),
    ...(content.field !== target.type && { field: content.field }),
  };
  const { [content.field]: shown, ...rest } = found.data;
  const data = isFilled(kept) ? { ...rest, label_studio: kept } : rest;
  if (own === null) return rowOf(found.id, target, shown, label.key, data);
  const row = rowOf(own.id, target, shown, label.key, data);
  return {
    kind: 'value',
    value: { ...row.value, holdout: own.holdout ?? false, ...(own.gold && { gold: true }) },
  };
}

/** What our export wrote into a task's meta, and what else is there. */
function splitMeta(meta: unknown): {
  readonly own: Pick<z.infer<typeof ownMeta>, 'id' | 'holdout' | 'gold'> | null;
  readonly meta: unknown;
} {
  const parsed = ownMeta.safeParse(meta);
  if (!parsed.success) return { own: null, meta };
  const { itemId: _, id, holdout, gold, ...others } = parsed.data;
  return { own: { id, holdout, gold }, meta: others };
}

function rowOfFlatTask(found: z.infer<typeof flatTask>, target: ImportTarget): Converted {
  const fields = Object.fromEntries(Object.entries(found).filter(([name]) => !bookkeeping.includes(name)));
  const answers = Object.entries(fields).flatMap(([name, value]) => {
    const choices = z.object({ choices: z.array(z.string()) }).safeParse(value);
    if (choices.success) return [{ name, choices: choices.data.choices }];
    const isClass = typeof value === 'string' && name !== target.type && target.classKeys.includes(value);
    return isClass ? [{ name, choices: [value] }] : [];
  });
  const [answer] = answers;
  if (answers.length > 1 || (answer && answer.choices.length > 1))
    return fault(
      'row-invalid',
      `${answers.map(({ name }) => name).join(', ')}: an item has one class; there are several.`,
    );
  const { [answer?.name ?? '']: _, ...rest } = fields;
  const content = contentOf(rest, target);
  if (content.kind === 'fault') return content;
  const { [content.field]: shown, ...others } = rest;
  const leadTime = found.lead_time;
  const data = { ...others, ...(typeof leadTime === 'number' && { label_studio: { lead_time: leadTime } }) };
  return rowOf(found.id, target, shown, answer?.choices[0], data);
}

function rowOf(
  id: string | number | null | undefined,
  { type }: ImportTarget,
  content: unknown,
  label: string | undefined,
  data: Readonly<Record<string, unknown>>,
): Converted & { kind: 'value' } {
  const value = {
    ...(id !== null && id !== undefined && { id }),
    [type]: content,
    ...(label !== undefined && { label }),
    data,
  };
  return { kind: 'value', value };
}

const address = /^[a-z][a-z0-9+.-]*:\/\/|^\/data\//i;

/** The field that holds what is to be labeled. */
function contentOf(
  data: Readonly<Record<string, unknown>>,
  { type }: ImportTarget,
): { readonly kind: 'field'; readonly field: string } | (Converted & { kind: 'fault' }) {
  const content = data[type];
  if (type === 'image' && typeof content === 'string' && address.test(content))
    return fault(
      'row-invalid',
      'data.image: an address; images are not fetched. Send them as a ZIP with a metadata.jsonl, or as data: URLs.',
    ) as Converted & { kind: 'fault' };
  if (content !== undefined) return { kind: 'field', field: type };
  const texts = Object.keys(data).filter((name) => typeof data[name] === 'string');
  if (type === 'text' && texts.length === 1) return { kind: 'field', field: texts[0]! };
  return fault(
    'content-missing',
    `data.${type}: missing; a task of this project needs it, and data holds ${Object.keys(data).slice(0, 20).join(', ') || 'nothing'}.`,
  ) as Converted & { kind: 'fault' };
}

type Agreed = { readonly kind: 'label'; readonly key: string | undefined } | (Converted & { kind: 'fault' });

function labelOf(annotated: readonly LabelStudioAnnotation[]): Agreed {
  const valid = annotated.filter((a) => !a.was_cancelled);
  const trusted = valid.filter((a) => a.ground_truth);
  const votes = new Map<string, number>();
  for (const { result: results } of trusted.length > 0 ? trusted : valid) {
    const chosen = new Set(
      results.flatMap(({ type, value }) => (type === 'choices' ? (value?.choices ?? []) : [])),
    );
    if (chosen.size > 1)
      return fault(
        'row-invalid',
        `annotations: one has ${chosen.size} choices (${[...chosen].slice(0, 20).join(', ')}); an item has one class.`,
      ) as Converted & { kind: 'fault' };
    for (const key of chosen) votes.set(key, (votes.get(key) ?? 0) + 1);
  }
  const [first, second] = [...votes].toSorted((a, b) => b[1] - a[1]);
  return { kind: 'label', key: first && first[1] > (second?.[1] ?? 0) ? first[0] : undefined };
}

const isFilled = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

import { z } from 'zod';

/** Results other than choices (boxes, spans, texts) say no class and are passed over. */
const result = z.looseObject({
  from_name: z.string().nullish(),
  to_name: z.string().nullish(),
  type: z.string().nullish(),
  value: z.looseObject({ choices: z.array(z.string()).nullish() }).nullish(),
});

/** An annotation of Label Studio, with all that it holds beside what is asked of it here. */
export const labelStudioAnnotation = z.looseObject({
  result: z.array(result).default([]),
  was_cancelled: z.boolean().nullish(),
  ground_truth: z.boolean().nullish(),
  lead_time: z.number().nullish(),
});
export type LabelStudioAnnotation = z.infer<typeof labelStudioAnnotation>;

const kept = z.object({
  annotations: z.array(labelStudioAnnotation).optional(),
  predictions: z.array(z.unknown()).optional(),
  meta: z.record(z.string(), z.unknown()).optional(),
  field: z.string().optional(),
  lead_time: z.number().optional(),
});

/**
 * What of a task of Label Studio has no place in an item. It stands in the item's data under `label_studio`, and an
 * export to Label Studio puts it back: annotations and predictions as they came, the task's meta, the field of its data
 * that held the content where it is not called like the type, and the lead time of a task of JSON-MIN.
 */
export type LabelStudioKept = z.infer<typeof kept>;

/** Parts an item's data into what was kept of a task and all else. */
export function splitKept(data: Readonly<Record<string, unknown>>): {
  readonly kept: LabelStudioKept;
  readonly rest: Readonly<Record<string, unknown>>;
} {
  const { label_studio: found, ...rest } = data;
  const parsed = kept.safeParse(found);
  // Somebody else's data of the same name is left where it is.
  return parsed.success ? { kept: parsed.data, rest } : { kept: {}, rest: data };
}

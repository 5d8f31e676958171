import type { LabelStudioAnnotation, ProjectClass } from '@tangent/contracts';
import type { Answer } from '@tangent/database';
import { type ChoicesControl, classOfText } from './label-config.js';

/** What an annotation says about its item, or why it says nothing that we can keep. */
export type ReadAnswer =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'none'; readonly reason: string };

/** A skipped task is a skip; of results, the first choice that is a class of the project. */
export function readAnswer(
  { was_cancelled, result }: LabelStudioAnnotation,
  controls: readonly ChoicesControl[],
  classes: readonly ProjectClass[],
): ReadAnswer {
  if (was_cancelled) return { kind: 'answer', answer: { skip: 'other' } };
  const chosen = result.flatMap(({ value }) => (Array.isArray(value?.choices) ? [value.choices] : []));
  if (chosen.length === 0) return { kind: 'none', reason: 'it has no choices among its results' };
  for (const choices of chosen) {
    const known = choices.flatMap((text) =>
      typeof text === 'string' ? (classOfText(text, controls, classes) ?? []) : [],
    );
    const [one, another] = known;
    if (another !== undefined) return { kind: 'none', reason: 'it has several classes; an item has one' };
    if (one !== undefined) return { kind: 'answer', answer: { classKey: one.key } };
  }
  return {
    kind: 'none',
    reason: `no class of the project is called ${JSON.stringify(chosen.flat().slice(0, 5))}`,
  };
}

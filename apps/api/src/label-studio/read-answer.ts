import type { LabelStudioAnnotation, ProjectClass } from '@tangent/contracts';
import type { Answer } from '@tangent/database';
import { type ChoicesControl, classesByText, controlFor } from './label-config.js';

/** What an annotation says about its item, or why it says nothing that we can keep. */
export type ReadAnswer =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'none'; readonly reason: string };

/**
 * Reads the annotations of a labeling configuration. A skipped task is a skip; of the results of the control that the
 * classes belong to (of all, where none is known), the first choice that is a class of the project.
 */
export function answerReader(
  controls: readonly ChoicesControl[],
  classes: readonly ProjectClass[],
): (annotation: LabelStudioAnnotation) => ReadAnswer {
  const control = controlFor(controls, classes);
  const byText = classesByText(control === null ? [] : [control], classes);
  return ({ was_cancelled, result }) => {
    if (was_cancelled) return { kind: 'answer', answer: { skip: 'other' } };
    const chosen = result.flatMap(({ from_name, value }) => {
      const isOther = control !== null && (from_name ?? control.name) !== control.name;
      return value?.choices && !isOther ? [value.choices] : [];
    });
    if (chosen.length === 0) return { kind: 'none', reason: 'it has no choices among its results' };
    for (const choices of chosen) {
      const [one, another] = choices.flatMap((text) => (typeof text === 'string' && byText.get(text)) || []);
      if (another !== undefined) return { kind: 'none', reason: 'it has several classes; an item has one' };
      if (one !== undefined) return { kind: 'answer', answer: { classKey: one.key } };
    }
    const texts = chosen.flat().filter((text) => typeof text === 'string');
    const some = texts.slice(0, 5).map((text) => text.slice(0, 100));
    return { kind: 'none', reason: `no class of the project is called ${JSON.stringify(some)}` };
  };
}

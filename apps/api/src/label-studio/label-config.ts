import { type ProjectClass, TangentError } from '@tangent/contracts';
import { SaxesParser } from 'saxes';

interface Choice {
  readonly value: string;
  /** Stands in results in the place of the value. */
  readonly alias: string | null;
}

/** A `<Choices>` of a labeling configuration. */
export interface ChoicesControl {
  readonly name: string;
  readonly toName: string;
  /** Empty: they come from the task's data. */
  readonly choices: readonly Choice[];
}

/** The `<Choices>` of a labeling configuration, in their order. Throws unsupported-label-config for what is no XML. */
export function readLabelConfig(xml: string): ChoicesControl[] {
  const controls: { name: string; toName: string; choices: Choice[] }[] = [];
  let open: (typeof controls)[number] | null = null;
  const parser = new SaxesParser();
  parser.on('error', (cause) => {
    throw new TangentError(
      'unsupported-label-config',
      `The labeling configuration is no XML that can be read: ${cause.message}`,
      { cause },
    );
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (/^choices$/i.test(name) && attributes.name && attributes.toName) {
      open = { name: attributes.name, toName: attributes.toName, choices: [] };
      controls.push(open);
    } else if (/^choice$/i.test(name) && attributes.value) {
      open?.choices.push({ value: attributes.value, alias: attributes.alias ?? null });
    }
  });
  parser.on('closetag', ({ name }) => {
    if (/^choices$/i.test(name)) open = null;
  });
  parser.write(xml).close();
  return controls;
}

const textsOf = ({ value, alias }: Choice) => (alias === null ? [value] : [alias, value]);
const isNamedBy = ({ key, name }: ProjectClass, text: string) => text === key || text === name;

/** The control that the project's classes belong to: the one with the most of them among its choices. */
export function controlFor(
  controls: readonly ChoicesControl[],
  classes: readonly ProjectClass[],
): ChoicesControl | null {
  let best: ChoicesControl | null = null;
  let most = 0;
  for (const control of controls) {
    const numKnown = classes.filter((one) => choiceText(control, one) !== null).length;
    if (numKnown > most) {
      best = control;
      most = numKnown;
    }
  }
  return best;
}

/** What stands for the class in a result of the control; null: it has no such choice. */
export function choiceText({ choices }: ChoicesControl, one: ProjectClass): string | null {
  if (choices.length === 0) return one.key;
  const choice = choices.find((candidate) => textsOf(candidate).some((text) => isNamedBy(one, text)));
  return choice === undefined ? null : (choice.alias ?? choice.value);
}

/** The class that a result's text stands for, by itself or by the choice that it belongs to; null: none. */
export function classOfText(
  text: string,
  controls: readonly ChoicesControl[],
  classes: readonly ProjectClass[],
): ProjectClass | null {
  const named = classes.find((one) => one.key === text) ?? classes.find((one) => one.name === text);
  if (named) return named;
  for (const choice of controls.flatMap((control) => control.choices)) {
    if (!textsOf(choice).includes(text)) continue;
    const meant = classes.find((one) => textsOf(choice).some((other) => isNamedBy(one, other)));
    if (meant) return meant;
  }
  return null;
}

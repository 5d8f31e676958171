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

/** `<Choices>` and `<Choice>` together; a project has at most 1,000 classes. */
const maxTags = 5000;

/**
 * The `<Choices>` of a labeling configuration, in their order. Throws unsupported-label-config for what is no XML, or
 * has too many choices.
 */
export function readLabelConfig(xml: string): ChoicesControl[] {
  const controls: { name: string; toName: string; choices: Choice[] }[] = [];
  let open: (typeof controls)[number] | null = null;
  let numTags = 0;
  const parser = new SaxesParser();
  parser.on('error', (cause) => {
    throw new TangentError(
      'unsupported-label-config',
      `The labeling configuration is no XML that can be read: ${cause.message}`,
      { cause },
    );
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (/^choices?$/i.test(name) && ++numTags > maxTags)
      throw new TangentError(
        'unsupported-label-config',
        `The labeling configuration has more than ${maxTags} <Choices> and <Choice>. Leave out those that are no classes of the project.`,
      );
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

/** The class that each text of a result stands for, by itself or by the choice that it belongs to. */
export function classesByText(
  controls: readonly ChoicesControl[],
  classes: readonly ProjectClass[],
): ReadonlyMap<string, ProjectClass> {
  const byText = new Map<string, ProjectClass>();
  const add = (text: string, one: ProjectClass) => byText.has(text) || byText.set(text, one);
  for (const one of classes) add(one.key, one);
  for (const one of classes) add(one.name, one);
  const isNamed = new Set(byText.keys());
  for (const { choices } of controls)
    for (const texts of choices.map(textsOf)) {
      const named = texts.find((text) => isNamed.has(text));
      if (named !== undefined) for (const text of texts) add(text, byText.get(named)!);
    }
  return byText;
}

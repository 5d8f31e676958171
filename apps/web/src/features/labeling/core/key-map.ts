import type { ProjectClass } from '@tangent/contracts';

/** What the annotate screen does besides labeling, and the key for it. */
export const commandKeys = {
  skip: 's',
  flag: 'f',
  undo: 'u',
  whatIf: 'w',
  find: '/',
  instructions: 'i',
  help: '?',
} as const;
export type Command = keyof typeof commandKeys;
export const commandNames = Object.keys(commandKeys) as readonly Command[];

/** The keys that one person chose in one project, in place of the default ones. */
export interface OwnKeys {
  readonly classes: Readonly<Record<string, string>>;
  readonly commands: Readonly<Partial<Record<Command, string>>>;
}
export const noOwnKeys: OwnKeys = { classes: {}, commands: {} };

/** Which key does what; no key does two things. Classes and commands without a key are absent. */
export interface KeyMap {
  /** By the key of the class. */
  readonly classes: ReadonlyMap<string, string>;
  readonly commands: ReadonlyMap<Command, string>;
}

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

/**
 * Own keys first; then the default ones that are still free, so that choosing one key moves no other. A class may take a
 * command’s letter: labeling goes first, and every command has a button.
 */
export function keyMapOf(classes: readonly ProjectClass[], own: OwnKeys = noOwnKeys): KeyMap {
  const taken = new Set<string>();
  const ofClass = new Map<string, string>();
  const ofCommand = new Map<Command, string>();
  function give<T>(map: Map<T, string>, to: T, key: string | undefined): void {
    if (key === undefined || map.has(to) || taken.has(key)) return;
    map.set(to, key);
    taken.add(key);
  }
  for (const { key } of classes) if (Object.hasOwn(own.classes, key)) give(ofClass, key, own.classes[key]);
  for (const command of commandNames) give(ofCommand, command, own.commands[command]);
  const defaults = defaultsOf(classes);
  for (const { key } of classes) give(ofClass, key, defaults.get(key));
  for (const command of commandNames) give(ofCommand, command, commandKeys[command]);
  return { classes: ofClass, commands: ofCommand };
}

/** The keys that the project gives its classes, and the free digits for the others, in the order of the classes. */
function defaultsOf(classes: readonly ProjectClass[]): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  for (const { key, hotkey } of classes) {
    const chosen = hotkey?.toLowerCase();
    if (chosen === undefined || taken.has(chosen)) continue;
    keys.set(key, chosen);
    taken.add(chosen);
  }
  const free = digits.filter((digit) => !taken.has(digit));
  for (const { key } of classes) {
    const digit = keys.has(key) ? undefined : free.shift();
    if (digit !== undefined) keys.set(key, digit);
  }
  return keys;
}

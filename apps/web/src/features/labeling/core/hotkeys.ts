import type { ProjectClass } from '@tangent/contracts';

/** What the annotate screen does besides labeling, and the key for it. */
export const commandKeys = {
  skip: 's',
  flag: 'f',
  undo: 'u',
  whatIf: 'w',
  find: '/',
  help: '?',
} as const;
export type Command = keyof typeof commandKeys;

export interface KeyPress {
  readonly code: string;
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

const defaultKeys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

/** The key of every class that has one: its own, else the first free digit in the order of the classes. */
export function hotkeysOf(classes: readonly ProjectClass[]): ReadonlyMap<string, string> {
  const taken = new Set(classes.flatMap(({ hotkey }) => (hotkey === null ? [] : [hotkey.toLowerCase()])));
  const free = defaultKeys.filter((key) => !taken.has(key));
  const keys = new Map<string, string>();
  for (const { key, hotkey } of classes) {
    const chosen = hotkey?.toLowerCase() ?? free.shift();
    if (chosen !== undefined) keys.set(key, chosen);
  }
  return keys;
}

/** The digit of a key, by its place on the keyboard: layouts with digits on Shift, and the number pad, work too. */
function nameOf({ code, key }: KeyPress): string {
  return /^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1] ?? key.toLowerCase();
}

export type Pressed =
  | { readonly kind: 'class'; readonly classKey: string }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'nothing' };

/** What a key press means. A class may take a command’s letter: labeling goes first, and every command has a button. */
export function pressed(press: KeyPress, hotkeys: ReadonlyMap<string, string>): Pressed {
  if ((press.ctrlKey || press.metaKey) && !press.altKey && press.key.toLowerCase() === 'z') {
    return { kind: 'command', command: 'undo' };
  }
  // A held key would label one item after the other.
  if (press.ctrlKey || press.metaKey || press.altKey || press.repeat) return { kind: 'nothing' };
  const name = nameOf(press);
  for (const [classKey, hotkey] of hotkeys) if (hotkey === name) return { kind: 'class', classKey };
  for (const [command, key] of Object.entries(commandKeys) as [Command, string][]) {
    if (key === press.key.toLowerCase()) return { kind: 'command', command };
  }
  return { kind: 'nothing' };
}

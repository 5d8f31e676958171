import type { Command, KeyMap } from './key-map';

export interface KeyPress {
  readonly code: string;
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

export const hasModifier = ({ ctrlKey, metaKey, altKey }: KeyPress): boolean => ctrlKey || metaKey || altKey;

/**
 * What a pressed key may be called, the best name first. A digit by its place on the keyboard: layouts with digits on
 * Shift, and the number pad, work. A letter as it is printed; by its place only where other letters are printed
 * (Cyrillic, Greek), so that the A of a French keyboard is not its Q.
 */
export function namesOf({ code, key }: KeyPress): readonly string[] {
  const typed = key.toLowerCase();
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1];
  if (digit !== undefined) return digit === typed ? [digit] : [digit, typed];
  const letter = /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase();
  return letter === undefined || /^[a-z]$/.test(typed) ? [typed] : [letter, typed];
}

export type Pressed =
  | { readonly kind: 'class'; readonly classKey: string }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'nothing' };

/** What a key press means. Ctrl+Z undoes whatever the other keys are. */
export function pressed(press: KeyPress, { classes, commands }: KeyMap): Pressed {
  const names = namesOf(press);
  if ((press.ctrlKey || press.metaKey) && !press.altKey && names.includes('z')) {
    return { kind: 'command', command: 'undo' };
  }
  // A held key would label one item after the other.
  if (hasModifier(press) || press.repeat) return { kind: 'nothing' };
  for (const name of names) {
    for (const [classKey, hotkey] of classes) if (hotkey === name) return { kind: 'class', classKey };
    for (const [command, key] of commands) if (key === name) return { kind: 'command', command };
  }
  return { kind: 'nothing' };
}

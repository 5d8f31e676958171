import { hasModifier, type KeyPress, namesOf } from './hotkeys';
import type { Command, KeyMap, OwnKeys } from './key-map';

/** What a key is chosen for. */
export type KeyTarget =
  | { readonly kind: 'class'; readonly classKey: string }
  | { readonly kind: 'command'; readonly command: Command };

export type Choice =
  | { readonly kind: 'chosen'; readonly key: string }
  /** Why this key cannot be had, as a sentence. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Shift or Ctrl alone: the key is still to come. */
  | { readonly kind: 'waiting' };

const onlyModifiers = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Fn']);

/** Whether the pressed key can be the key of `target`: one key, without a modifier, that does nothing else. */
export function chooseKey(
  press: KeyPress,
  target: KeyTarget,
  { keys, nameOf }: { readonly keys: KeyMap; readonly nameOf: (target: KeyTarget) => string },
): Choice {
  if (onlyModifiers.has(press.key)) return { kind: 'waiting' };
  if (hasModifier(press)) {
    return refused('Keys together with Ctrl, Alt or ⌘ belong to the browser. Press one key alone.');
  }
  const [key = ''] = namesOf(press);
  if ([...key].length !== 1 || key.trim() === '') {
    const name = press.key === ' ' ? 'Space' : press.key;
    return refused(
      `${name} belongs to the browser and to moving around the page. Choose a letter, a digit or a sign.`,
    );
  }
  const holder = holderOf(key, keys);
  if (holder !== null && !isSame(holder, target)) {
    return refused(
      `${key.toUpperCase()} is the key of “${nameOf(holder)}” already. Choose another, or change that one first.`,
    );
  }
  return { kind: 'chosen', key };
}

/** The own keys with one more, or another one. */
export function withKey(own: OwnKeys, target: KeyTarget, key: string): OwnKeys {
  return target.kind === 'class'
    ? { ...own, classes: { ...own.classes, [target.classKey]: key } }
    : { ...own, commands: { ...own.commands, [target.command]: key } };
}

const refused = (why: string): Choice => ({ kind: 'refused', why });

function holderOf(key: string, { classes, commands }: KeyMap): KeyTarget | null {
  for (const [classKey, hotkey] of classes) if (hotkey === key) return { kind: 'class', classKey };
  for (const [command, hotkey] of commands) if (hotkey === key) return { kind: 'command', command };
  return null;
}

const isSame = (a: KeyTarget, b: KeyTarget): boolean =>
  a.kind === 'class'
    ? b.kind === 'class' && a.classKey === b.classKey
    : b.kind === 'command' && a.command === b.command;

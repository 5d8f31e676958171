import { describe, expect, it } from 'vitest';
import { type KeyPress, pressed } from './hotkeys';
import { keyMapOf } from './key-map';

const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: `Key${key.toUpperCase()}`,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...change,
});
const classOf = (key: string, hotkey: string | null = null) => ({ key, name: key, hotkey });
const digits = keyMapOf(['cat', 'dog'].map((key) => classOf(key)));

describe('hotkeys', () => {
  it('knows a digit by its place: number pad, and layouts with digits on Shift', () => {
    const cat = { kind: 'class', classKey: 'cat' };
    expect(pressed(press('1', { code: 'Digit1' }), digits)).toEqual(cat);
    expect(pressed(press('1', { code: 'Numpad1' }), digits)).toEqual(cat);
    expect(pressed(press('&', { code: 'Digit1' }), digits)).toEqual(cat);
  });

  it('knows a letter as it is printed, and by its place where other letters are printed', () => {
    const keys = keyMapOf([classOf('apple', 'a'), classOf('quince', 'q')]);
    const apple = { kind: 'class', classKey: 'apple' };
    expect(pressed(press('a', { code: 'KeyQ' }), keys)).toEqual(apple);
    expect(pressed(press('ф', { code: 'KeyA' }), keys)).toEqual(apple);
    expect(pressed(press('ю', { code: 'Period' }), keys).kind).toBe('nothing');
  });

  it('does nothing while a key is held, or together with a modifier', () => {
    expect(pressed(press('1', { code: 'Digit1', repeat: true }), digits).kind).toBe('nothing');
    expect(pressed(press('1', { code: 'Digit1', ctrlKey: true }), digits).kind).toBe('nothing');
  });

  it('undoes by U and by Ctrl+Z, also again and again while held', () => {
    const undo = { kind: 'command', command: 'undo' };
    expect(pressed(press('U'), digits)).toEqual(undo);
    expect(pressed(press('z', { ctrlKey: true, repeat: true }), digits)).toEqual(undo);
    expect(pressed(press('z', { metaKey: true }), digits)).toEqual(undo);
    expect(pressed(press('я', { code: 'KeyZ', ctrlKey: true }), digits)).toEqual(undo);
  });

  it('lets a class take the letter of a command', () => {
    const keys = keyMapOf([classOf('sheep', 'S'), classOf('goat')]);
    expect(pressed(press('s'), keys)).toEqual({ kind: 'class', classKey: 'sheep' });
    expect(pressed(press('?', { code: 'Slash' }), keys)).toEqual({ kind: 'command', command: 'help' });
  });
});

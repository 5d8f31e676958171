import { describe, expect, it } from 'vitest';
import { hotkeysOf, type KeyPress, pressed } from './hotkeys';

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
const digits = hotkeysOf(['cat', 'dog'].map((key) => classOf(key)));

describe('hotkeys', () => {
  it('gives classes without a key the free digits in their order, and none beyond ten', () => {
    const keys = hotkeysOf([classOf('a', '2'), ...Array.from({ length: 10 }, (_, i) => classOf(`c${i}`))]);
    expect([...keys]).toEqual([
      ['a', '2'],
      ['c0', '1'],
      ['c1', '3'],
      ['c2', '4'],
      ['c3', '5'],
      ['c4', '6'],
      ['c5', '7'],
      ['c6', '8'],
      ['c7', '9'],
      ['c8', '0'],
    ]);
  });

  it('knows a digit by its place: number pad, and layouts with digits on Shift', () => {
    const cat = { kind: 'class', classKey: 'cat' };
    expect(pressed(press('1', { code: 'Digit1' }), digits)).toEqual(cat);
    expect(pressed(press('1', { code: 'Numpad1' }), digits)).toEqual(cat);
    expect(pressed(press('&', { code: 'Digit1' }), digits)).toEqual(cat);
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
  });

  it('lets a class take the letter of a command', () => {
    const keys = hotkeysOf([classOf('sheep', 'S'), classOf('goat')]);
    expect(pressed(press('s'), keys)).toEqual({ kind: 'class', classKey: 'sheep' });
    expect(pressed(press('?', { code: 'Slash' }), keys)).toEqual({ kind: 'command', command: 'help' });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseKey, type KeyTarget, withKey } from './choose-key';
import type { KeyPress } from './hotkeys';
import { commandKeys, commandNames, keyMapOf, noOwnKeys, type OwnKeys } from './key-map';
import { loadOwnKeys } from './own-keys';

const classOf = (key: string, hotkey: string | null = null) => ({ key, name: key, hotkey });
const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: /[a-z]/i.test(key) ? `Key${key.toUpperCase()}` : `Digit${key}`,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...change,
});
const nameOf = (target: KeyTarget) => (target.kind === 'class' ? target.classKey : target.command);
const cat: KeyTarget = { kind: 'class', classKey: 'cat' };
const keys = keyMapOf([classOf('cat'), classOf('dog')]);
const choose = (pressed: KeyPress, target = cat) => chooseKey(pressed, target, { keys, nameOf });

describe('the key map', () => {
  it('gives classes without a key the free digits in their order, and none beyond ten', () => {
    const classes = [classOf('a', '2'), ...Array.from({ length: 10 }, (_, i) => classOf(`c${i}`))];
    const given = keyMapOf(classes).classes;
    expect(classes.map(({ key }) => given.get(key) ?? '–').join('')).toBe('2134567890–');
  });

  it('puts own keys before those of the project, and a command whose key was taken has none', () => {
    const own: OwnKeys = { classes: { cat: 'u' }, commands: { skip: 'x' } };
    const map = keyMapOf([classOf('cat', 'c'), classOf('dog'), classOf('emu', 'c')], own);
    expect(Object.fromEntries(map.classes)).toEqual({ cat: 'u', dog: '1', emu: '2' });
    expect(map.commands.get('skip')).toBe('x');
    expect(map.commands.has('undo')).toBe(false);
    expect(map.commands.get('flag')).toBe(commandKeys.flag);
  });

  it('never gives one key to two things', () => {
    const key = fc.constantFrom(...'12345sfu/?q');
    const own = fc.record({
      classes: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'gone'), key),
      commands: fc.dictionary(fc.constantFrom(...commandNames), key),
    });
    const classes = fc.tuple(...['a', 'b', 'c'].map((name) => fc.option(key).map((k) => classOf(name, k))));
    fc.assert(
      fc.property(classes, own, (project, chosen) => {
        const map = keyMapOf(project, chosen as OwnKeys);
        const all = [...map.classes.values(), ...map.commands.values()];
        expect(new Set(all).size).toBe(all.length);
        expect(map.classes.has('gone')).toBe(false);
      }),
    );
  });
});

describe('choosing a key', () => {
  it('takes a letter, a digit or a sign, and the key that the thing has already', () => {
    expect(choose(press('K'))).toEqual({ kind: 'chosen', key: 'k' });
    expect(choose(press('&', { code: 'Digit7' }))).toEqual({ kind: 'chosen', key: '7' });
    expect(choose(press(';', { code: 'Semicolon' }))).toEqual({ kind: 'chosen', key: ';' });
    expect(choose(press('1'))).toEqual({ kind: 'chosen', key: '1' });
  });

  it('refuses a key that does something else, and says what', () => {
    expect(choose(press('2'))).toEqual({
      kind: 'refused',
      why: expect.stringContaining('2 is the key of “dog”'),
    });
    expect(choose(press('u'))).toEqual({ kind: 'refused', why: expect.stringContaining('“undo”') });
  });

  it('refuses what belongs to the browser, and waits through Shift', () => {
    for (const name of ['Tab', 'Enter', 'F5', 'ArrowLeft', ' ', 'Dead']) {
      const choice = choose(press(name, { code: name }));
      expect(choice, name).toEqual({
        kind: 'refused',
        why: expect.stringContaining('belongs to the browser'),
      });
    }
    expect(choose(press('k', { ctrlKey: true })).kind).toBe('refused');
    expect(choose(press('Shift', { code: 'ShiftLeft' }))).toEqual({ kind: 'waiting' });
  });

  it('keeps what was chosen, and moves no other key', () => {
    const own = withKey(withKey(noOwnKeys, cat, 'k'), { kind: 'command', command: 'skip' }, 'x');
    const map = keyMapOf([classOf('cat'), classOf('dog')], own);
    expect(Object.fromEntries(map.classes)).toEqual({ cat: 'k', dog: '2' });
    expect(map.commands.get('skip')).toBe('x');
  });

  it('reads kept keys that somebody broke as none', () => {
    const storage = (text: string) => ({ getItem: () => text }) as unknown as Storage;
    const kept = '{"classes":{"cat":"k","dog":7,"emu":"Tab"},"commands":{"undo":"z","fly":"q"}}';
    expect(loadOwnKeys('keys', storage(kept))).toEqual({ classes: { cat: 'k' }, commands: { undo: 'z' } });
    expect(loadOwnKeys('keys', storage('null'))).toEqual(noOwnKeys);
  });
});

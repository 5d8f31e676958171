import { describe, expect, test } from 'vitest';
import { classesOf, faultOf, newRow, pasteNames } from './class-rows';

describe('the classes of a new project', () => {
  test('pasted lines become rows, and empty rows behind them go', () => {
    const rows = pasteNames([newRow('Cat'), newRow(), newRow()], 1, 'Dog\nHorse / donkey, Fish\n');
    expect(classesOf(rows)).toEqual([
      { key: 'Cat', name: 'Cat', hotkey: null },
      { key: 'Dog', name: 'Dog', hotkey: null },
      { key: 'Horse - donkey', name: 'Horse / donkey', hotkey: null },
      { key: 'Fish', name: 'Fish', hotkey: null },
    ]);
  });

  test('fewer than two, a key twice and a hotkey twice are told before anything is sent', () => {
    const row = (name: string, hotkey = '') => ({ ...newRow(name), hotkey });
    expect(faultOf(classesOf([row('Cat'), row(' ')]))).toContain('two classes');
    expect(faultOf(classesOf([row('Cat'), row('Cat')]))).toContain('“Cat” is there twice');
    expect(faultOf(classesOf([row('Cat', 'x'), row('Dog', 'X')]))).toContain('“x” of “Dog”');
    expect(faultOf(classesOf([row('Cat', 'c'), row('Dog', 'd')]))).toBeNull();
  });
});

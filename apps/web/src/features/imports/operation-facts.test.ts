import { describe, expect, test } from 'vitest';
import { codesOf, placeOf } from './operation-facts';

describe('what is said of an import', () => {
  test('an error names its line, its record or its file', () => {
    const error = { code: 'row-invalid', detail: '' };
    expect(placeOf({ ...error, line: 1200 })).toBe('line 1,200');
    expect(placeOf({ ...error, record: 3 })).toBe('record 3');
    expect(placeOf({ ...error, file: 'metadata.jsonl', line: 2 })).toBe('metadata.jsonl, line 2');
    expect(placeOf(error)).toBe('the file');
  });

  test('codes are counted, the most frequent first, equals by name', () => {
    const errors = ['b', 'c', 'a', 'c'].map((code) => ({ code, detail: '' }));
    expect(codesOf(errors)).toEqual([
      ['c', 2],
      ['a', 1],
      ['b', 1],
    ]);
  });
});

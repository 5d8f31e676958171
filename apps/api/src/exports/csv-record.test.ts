import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRecord, guarded } from './csv-record.js';

test('no text begins as a formula, and taking the guard off gives it back', () => {
  const start = fc.constantFrom('', '=', '+', '-', '@', '\t', '\r', '\n', "'", "'=", "''-", '＝', '＠');
  fc.assert(
    fc.property(start, fc.string({ unit: 'grapheme' }), (head, tail) => {
      const text = head + tail;
      const safe = guarded(text);
      const isNumber = text.trim() !== '' && Number.isFinite(Number(text));
      if (!isNumber) expect(safe).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/u);
      expect(/^'+[=+\-@\t\r\n＝＋－＠]/u.test(safe) ? safe.slice(1) : safe).toBe(text);
    }),
  );
});

test('numbers keep their signs', () => {
  for (const number of ['-1', '+1.5', '-.5e-3', '7']) expect(guarded(number)).toBe(number);
  for (const formula of ['-1+1', '+a', '-', '-1 ', '1e3='])
    expect(guarded(formula)[0]).toBe(formula === '1e3=' ? '1' : "'");
});

test('a record is read back by another reader of CSV, whatever its fields hold', () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ', '=', 'é') });
  fc.assert(
    fc.property(fc.array(field, { minLength: 2, maxLength: 5 }), (fields) => {
      const [record] = parse(csvRecord(fields), { record_delimiter: '\r\n' }) as string[][];
      expect(record).toEqual(fields.map(guarded));
    }),
  );
});

import { type Fault, TangentError } from '@tangent/contracts';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parsePart } from './validation.js';

function faults(schema: z.ZodType, data: unknown): readonly Fault[] {
  try {
    parsePart(schema, data, 'body');
  } catch (error) {
    if (error instanceof TangentError && error.code === 'validation-failed') return error.errors ?? [];
    throw error;
  }
  return [];
}
const pointers = (schema: z.ZodType, data: unknown) => faults(schema, data).map(({ pointer }) => pointer);

test('what fits is parsed, with its defaults', () => {
  const schema = z.object({ n: z.coerce.number(), all: z.boolean().default(false) });
  expect(parsePart(schema, { n: '5' }, 'query')).toEqual({ n: 5, all: false });
});

test('a fault is pointed at by a JSON pointer, with ~ and / escaped', () => {
  const schema = z.object({ 'a/b': z.array(z.object({ 'c~d': z.number() })) });
  expect(faults(schema, { 'a/b': [{ 'c~d': 1 }, {}] })).toEqual([
    { pointer: '/a~1b/1/c~0d', detail: 'is missing' },
  ]);
  expect(pointers(schema, 5)).toEqual(['']);
});

test('of alternatives the one that fits best is taken at its word', () => {
  const schema = z.union([
    z.strictObject({ kind: z.literal('a'), size: z.number() }),
    z.strictObject({ kind: z.literal('b'), name: z.string() }),
  ]);
  expect(pointers(schema, { kind: 'a', size: 'big' })).toEqual(['/size']);
  expect(pointers(schema, { kind: 'b', name: 'x', size: 1 })).toEqual(['/size']);
});

test('a field that nobody knows is a fault, but not inside what may hold anything', () => {
  const schema = z.object({ name: z.string(), data: z.record(z.string(), z.unknown()).optional() });
  expect(pointers(schema, { name: 'x', nmae: 'y', data: { any: { thing: 1 } } })).toEqual(['/nmae']);
});

test('text that Postgres cannot hold is a fault wherever it stands, also as a name', () => {
  const schema = z.object({ data: z.record(z.string(), z.unknown()) });
  expect(pointers(schema, { data: { fine: '😀 é', list: ['a', 'b\0'], 'half \ud83d': 1 } })).toEqual([
    '/data/list/1',
    '/data/half \ud83d',
  ]);
});

test('no more than a hundred faults are named, and the message counts them all', () => {
  const schema = z.array(z.number());
  const data = Array.from({ length: 250 }, () => 'x');
  expect(faults(schema, data)).toHaveLength(100);
  expect(() => parsePart(schema, data, 'body')).toThrow('and 249 more');
});

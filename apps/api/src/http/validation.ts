import { type Fault, TangentError } from '@tangent/contracts';
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** Which part of a request is looked at; said in the message. */
export type Part = 'body' | 'query' | 'path';

/** Zod as Fastify's validator. The path was parsed before, when the caller's rights were looked up. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data) => {
    if (httpPart === 'params') return { value: data };
    try {
      // A request without a body is one whose fields are all left out.
      if (httpPart === 'body') return { value: parsePart(schema, data ?? {}, 'body') };
      return { value: parsePart(schema, data, 'query') };
    } catch (error) {
      return { error: error as TangentError };
    }
  };

/**
 * Parses one part of a request. Throws validation-failed with a JSON pointer for every fault, also for fields that
 * the schema does not know (a typing error there would otherwise look like success) and for text that Postgres
 * cannot hold.
 */
export function parsePart<T extends z.ZodType>(schema: T, data: unknown, part: Part): z.output<T> {
  const parsed = schema.safeParse(data);
  const faults = parsed.success
    ? [...unknownFields(data, parsed.data, ''), ...unstorable(data, '')]
    : parsed.error.issues.flatMap((issue) => faultsOf(issue, ''));
  if (!parsed.success || faults.length > 0) throw refusal(part, faults);
  return parsed.data;
}

const maxFaults = 100;

function refusal(part: Part, faults: readonly Fault[]): TangentError {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  return new TangentError(
    'validation-failed',
    `The ${part} does not fit: ${first?.pointer || 'it'} ${first?.detail}${more}. The reference is at /docs.`,
    { errors: faults.slice(0, maxFaults) },
  );
}

/** A step of a JSON pointer (RFC 6901). */
const step = (key: PropertyKey) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

function faultsOf(issue: Issue, under: string): Fault[] {
  const pointer = under + issue.path.map(step).join('');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ pointer: pointer + step(key), detail: 'is not known here' }));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The alternative that fits best is the one that was meant; of equally good ones, all are named.
    const fewest = Math.min(...issue.errors.map((issues) => issues.length));
    return issue.errors
      .filter((issues) => issues.length === fewest)
      .flatMap((issues) => issues.flatMap((inner) => faultsOf(inner, pointer)));
  }
  if (issue.code === 'invalid_type' && /received undefined$/.test(issue.message))
    return [{ pointer, detail: 'is missing' }];
  return [{ pointer, detail: issue.message.charAt(0).toLowerCase() + issue.message.slice(1) }];
}

type Plain = Record<string, unknown>;
const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields of `given` that parsing dropped. */
function unknownFields(given: unknown, parsed: unknown, pointer: string): Fault[] {
  if (Array.isArray(given) && Array.isArray(parsed))
    return given.flatMap((value, i) => unknownFields(value, parsed[i], pointer + step(i)));
  if (!isPlain(given) || !isPlain(parsed)) return [];
  return Object.entries(given).flatMap(([key, value]) =>
    Object.hasOwn(parsed, key)
      ? unknownFields(value, parsed[key], pointer + step(key))
      : [{ pointer: pointer + step(key), detail: 'is not known here' }],
  );
}

/** Postgres holds neither U+0000 nor half a surrogate pair. */
const notText = /\0|\p{Surrogate}/u;

function unstorable(value: unknown, pointer: string): Fault[] {
  if (typeof value === 'string')
    return notText.test(value)
      ? [{ pointer, detail: 'holds a character that is no text (U+0000 or half a surrogate pair)' }]
      : [];
  if (Array.isArray(value)) return value.flatMap((inner, i) => unstorable(inner, pointer + step(i)));
  if (!isPlain(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...unstorable(key, pointer + step(key)),
    ...unstorable(inner, pointer + step(key)),
  ]);
}

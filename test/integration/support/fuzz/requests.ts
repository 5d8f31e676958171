import fc from 'fast-check';
import { multipart } from '../api.js';
import { type Definitions, fromSchema, type Schema } from './from-schema.js';
import { deepJson, hostileText, hostileValue, spoiled } from './hostile.js';

/** The part of an OpenAPI document that requests are made from. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Definitions };
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema } | undefined>>;
  };
}

/** A value of a path: one of those known of its name, or this text. */
export type PathValue = { readonly pick: number } | { readonly text: string };

export interface FuzzRequest {
  readonly operation: string;
  readonly method: string;
  /** With `{name}` for parameters. */
  readonly template: string;
  readonly path: Readonly<Record<string, PathValue>>;
  /** Behind the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
  readonly as: 'admin' | 'annotator' | 'nobody';
}

/** Requests to every operation of the document alike: of the right shape, almost, and hostile. */
export function requestsOf(document: Document): fc.Arbitrary<FuzzRequest> {
  const operations = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      requestTo(template, method.toUpperCase(), operation, document.components.schemas),
    ),
  );
  return fc.oneof(...operations);
}

function requestTo(
  template: string,
  method: string,
  { operationId, parameters = [], requestBody }: Operation,
  definitions: Definitions,
): fc.Arbitrary<FuzzRequest> {
  const inPath = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  return fc
    .record({
      operation: fc.constant(operationId),
      method: fc.constant(method),
      template: fc.constant(template),
      path: fc.record(
        Object.fromEntries(inPath.map((name) => [name, pathValue(parameters, name, definitions)])),
      ),
      query: queryOf(inQuery, definitions),
      headers: method === 'GET' ? fc.constant({}) : headersOf,
      body: bodyOf(requestBody, definitions),
      as: fc.oneof(
        { weight: 8, arbitrary: fc.constant('admin' as const) },
        { weight: 1, arbitrary: fc.constantFrom('annotator' as const, 'nobody' as const) },
      ),
    })
    .map(({ body: { text, type }, headers, ...request }) => ({
      ...request,
      headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
      body: text,
    }));
}

function pathValue(
  parameters: NonNullable<Operation['parameters']>,
  name: string,
  definitions: Definitions,
): fc.Arbitrary<PathValue> {
  const schema = parameters.find((p) => p.in === 'path' && p.name === name)?.schema ?? { type: 'string' };
  return fc.oneof(
    { weight: 8, arbitrary: fc.nat(1000).map((pick) => ({ pick })) },
    {
      weight: 1,
      arbitrary: fromSchema(schema, definitions).map((text) => ({ text: encodeURIComponent(String(text)) })),
    },
    { weight: 1, arbitrary: hostileText.map((text) => ({ text: percentEncoded(text).slice(0, 3000) })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('%', '%zz', '%C0%80', '..', '%2e%2e%2f', '%00').map((text) => ({ text })),
    },
  );
}

/** Anything, half a pair of surrogates as well. */
const percentEncoded = (text: string) =>
  [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

const cursor = fc
  .array(
    fc.oneof(
      fc.integer(),
      fc.double(),
      hostileText.map((t) => t.slice(0, 60)),
      fc.constant(null),
    ),
    { maxLength: 3 },
  )
  .map((values) => Buffer.from(JSON.stringify(values)).toString('base64url'));

function queryOf(
  parameters: NonNullable<Operation['parameters']>,
  definitions: Definitions,
): fc.Arbitrary<string> {
  const pair = (name: string, value: fc.Arbitrary<unknown>) =>
    value.map((v) => `${name}=${percentEncoded(String(v)).slice(0, 4000)}`);
  const valid = parameters.map(({ name, schema, required }) => {
    const value = pair(name, fromSchema(schema, definitions));
    return required ? value : fc.option(value, { nil: '', freq: 1 });
  });
  const names = parameters.map(({ name }) => name);
  const odd = fc.oneof(
    fc
      .constantFrom(...names, 'noSuchParameter', '__proto__', 'limit[]', 'a[b][c]')
      .chain((name) => pair(name, hostileText)),
    cursor.map((value) => `cursor=${value}`),
    pair('limit', fc.oneof(fc.integer(), fc.double(), hostileText)),
  );
  const parts = fc.tuple(
    fc.tuple(...valid),
    fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 2, arbitrary: odd }),
  );
  return parts.map(([given, more]) => [...given, more].filter((part) => part !== '').join('&'));
}

/** What a header can carry at all. */
const headerText = hostileText.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 4000));
const headersOf: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.nat(20).map((n) => ({ 'idempotency-key': `key-${n}` })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          'idempotency-key',
          'if-match',
          'x-forwarded-for',
          'user-agent',
          'content-type',
          'cookie',
          'authorization',
          'origin',
        ),
        headerText,
      )
      .map(([name, value]) => ({ [name]: value })),
  },
);

interface Content {
  readonly text: string | Buffer | undefined;
  readonly type?: string;
}

function bodyOf(requestBody: Operation['requestBody'], definitions: Definitions): fc.Arbitrary<Content> {
  const form = requestBody?.content['multipart/form-data'];
  if (form) return files;
  const schema = requestBody?.content['application/json']?.schema;
  const nothing = fc.constant<Content>({ text: undefined });
  const asJson = (value: fc.Arbitrary<unknown>) =>
    value.map((v) => ({ text: JSON.stringify(v), type: 'application/json' }));
  const broken = fc
    .constantFrom('{"a":', '[1,', 'nul', '{"__proto__":{"isAdmin":true}}', '\ufeff{}', '{"a":1}{"b":2}', '')
    .map((text) => ({ text, type: 'application/json' }));
  if (!schema)
    return fc.oneof({ weight: 9, arbitrary: nothing }, { weight: 1, arbitrary: asJson(hostileValue) });
  const valid = fromSchema(schema, definitions);
  const fields = Object.keys(schema.properties ?? {});
  return fc.oneof(
    { weight: 9, arbitrary: asJson(valid) },
    {
      weight: 8,
      arbitrary: asJson(
        fc.tuple(valid, fc.nat(1e6), hostileValue).map(([v, where, by]) => spoiled(v, where, by)),
      ),
    },
    { weight: 2, arbitrary: asJson(hostileValue) },
    { weight: 1, arbitrary: deepJson(fields).map((text) => ({ text, type: 'application/json' })) },
    { weight: 1, arbitrary: broken },
    { weight: 1, arbitrary: nothing },
  );
}

const row = fc.record(
  {
    id: fc.oneof(fc.string({ maxLength: 20 }), fc.integer()),
    text: fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), hostileText),
    vector: fc.array(fc.double(), { maxLength: 4 }),
    label: fc.constantFrom('a', 'b', 'z', ' '),
    holdout: fc.boolean(),
    data: fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
  },
  { requiredKeys: ['text'] },
);
const plainRow = fc.record(
  { text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), label: fc.constantFrom('a', 'b') },
  { requiredKeys: ['text'] },
);
const lines = (rows: readonly unknown[]) => rows.map((value) => JSON.stringify(value)).join('\n');
const plainFile = fc.array(plainRow, { minLength: 1, maxLength: 20 }).map(lines);
const fileContent: fc.Arbitrary<string | Buffer> = fc.oneof(
  { weight: 8, arbitrary: plainFile },
  fc.array(fc.oneof(row, hostileValue), { maxLength: 6 }).map(lines),
  fc
    .array(fc.tuple(hostileText, hostileText), { maxLength: 4 })
    .map((rows) => `text,label\n${rows.map((r) => r.join(',')).join('\n')}`),
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  fc
    .uint8Array({ maxLength: 400 })
    .map((bytes) => Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.from(bytes)])),
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify({ modelTopology: value, weightsManifest: [] })),
  deepJson(['modelTopology', 'text', 'data']),
  fc.constantFrom('', '\n', '\ufeff', '"', 'text\n"unclosed'),
);
/** Files of a form, with names that say one thing and contents that are another. */
const files: fc.Arbitrary<Content> = fc
  .tuple(
    fc.oneof(
      {
        weight: 6,
        // Most often a name that goes with most of the contents: an import must get in now and then.
        arbitrary: fc.constantFrom(
          ...Array<string>(6).fill('rows.jsonl'),
          'rows.csv',
          'rows.zip',
          'rows.json',
          'model.json',
          'model.onnx',
          'model.zip',
        ),
      },
      { weight: 1, arbitrary: headerText.map((name) => name.replaceAll('"', "'").slice(0, 500)) },
    ),
    fileContent,
    fc.constantFrom('file', 'file', 'file', 'file', 'upload', '__proto__'),
    fc.constantFrom('', '', '', '', '', 'cut', 'no boundary'),
  )
  .map(([name, content, field, fault]) => {
    const { body, headers } = multipart(name, content, field);
    return {
      text: fault === 'cut' ? body.subarray(0, body.length - 30) : body,
      type: fault === 'no boundary' ? 'multipart/form-data' : headers['content-type']!,
    };
  });

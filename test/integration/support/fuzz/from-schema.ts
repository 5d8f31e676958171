import fc from 'fast-check';

/** As much of JSON Schema as the OpenAPI document is written in. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
}

/** Named schemas, by their references. */
export type Definitions = Readonly<Record<string, Schema>>;

const json = fc.jsonValue({ maxDepth: 2 });

/** Values that fit a schema. Throws for a keyword that it does not know, instead of leaving something untried. */
export function fromSchema(schema: Schema, definitions: Definitions): fc.Arbitrary<unknown> {
  const of = (inner: Schema) => fromSchema(inner, definitions);
  if (schema.$ref) {
    const named = definitions[schema.$ref.split('/').at(-1)!];
    if (!named) throw new Error(`the document has no ${schema.$ref}`);
    return of(named);
  }
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return fc.oneof(...alternatives.map(of));
  if (schema.allOf)
    return fc
      .tuple(...schema.allOf.map(of))
      .map((parts) => Object.assign({}, ...(parts as object[])) as unknown);
  const { type } = schema;
  if (typeof type === 'object') return fc.oneof(...type.map((one) => of({ ...schema, type: one })));
  switch (type) {
    case 'string':
      return strings(schema);
    case 'integer':
    case 'number':
      return numbers(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return arrays(schema, of);
    case 'object':
      return objects(schema, of);
    case undefined:
      return json;
    default:
      throw new Error(`no values are made of the type ${type} yet`);
  }
}

function strings({ format, pattern, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength;
  if (format === 'date-time')
    return fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (format === 'email')
    return fc.stringMatching(/^[a-z0-9]{1,12}([.+-][a-z0-9]{1,5})?@[a-z0-9]{1,9}\.[a-z]{2,5}$/);
  if (pattern) return fc.stringMatching(new RegExp(pattern)).filter(fits);
  const most = Math.min(maxLength, Math.max(minLength, 30));
  const units = ['grapheme-ascii', 'grapheme'] as const;
  return fc.oneof(
    ...units.map((unit) =>
      fc.string({ unit, minLength: Math.max(1, minLength), maxLength: most }).filter(fits),
    ),
  );
}

function numbers(schema: Schema): fc.Arbitrary<number> {
  const { type, exclusiveMinimum, exclusiveMaximum } = schema;
  const min = Math.max(schema.minimum ?? exclusiveMinimum ?? -1e6, -Number.MAX_SAFE_INTEGER);
  const max = Math.min(schema.maximum ?? exclusiveMaximum ?? 1e6, Number.MAX_SAFE_INTEGER);
  if (type === 'integer')
    return fc.oneof(fc.integer({ min, max: Math.min(max, min + 20) }), fc.integer({ min, max }));
  return fc.double({
    min,
    max,
    minExcluded: exclusiveMinimum !== undefined,
    maxExcluded: exclusiveMaximum !== undefined,
    noNaN: true,
  });
}

function arrays(schema: Schema, of: (inner: Schema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> {
  if (schema.prefixItems) return fc.tuple(...schema.prefixItems.map(of));
  const minLength = schema.minItems ?? 0;
  const maxLength = Math.min(schema.maxItems ?? minLength + 5, minLength + 5);
  return fc.array(schema.items ? of(schema.items) : json, { minLength, maxLength });
}

function objects(
  { properties = {}, required = [], additionalProperties }: Schema,
  of: (inner: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<Record<string, unknown>> {
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, of(inner)])),
    {
      requiredKeys: required.filter((name) => name in properties),
    },
  );
  if (!additionalProperties || Object.keys(properties).length > 0) return known;
  const others = typeof additionalProperties === 'object' ? of(additionalProperties) : json;
  return fc.dictionary(fc.string({ maxLength: 10 }), others, { maxKeys: 4 });
}

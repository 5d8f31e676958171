import fc from 'fast-check';

/** What has brought down other services: injections, odd Unicode, texts that make a regular expression go back and forth. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\ud800',
    '\u202e\u0000',
    '__proto__',
    'constructor',
    'toString',
    "'; DROP TABLE users; --",
    '$1',
    '%s%n%x',
    '{{7*7}}',
    '<script>alert(1)</script>',
    '=cmd|calc!A1',
    '../../../../etc/passwd',
    '..\\..\\windows',
    '%2e%2e%2f',
    '%',
    '%zz',
    '\r\nx-injected: 1',
    'ﷺ'.repeat(50),
    'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢',
    'İıſK',
    '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    'null',
    'undefined',
    'NaN',
    '1e309',
    '-1',
    '0x10',
    '9007199254740993',
    '2026-02-30T25:61:61Z',
    '275760-09-13T00:00:00.001Z',
    'javascript:alert(1)',
    'http://169.254.169.254/latest/meta-data',
  ),
  fc
    .tuple(
      fc.constantFrom('a', ' ', '0', '@', '.', '-', '(', '\\', '/', '"', '\t', 'a.', 'é', '\ud83d\ude00'),
      fc.constantFrom(300, 5000, 60_000),
    )
    .map(([unit, times]) => `${unit.repeat(times)}!`),
  fc.string({ unit: 'binary', maxLength: 50 }),
);

const nested = fc.tuple(fc.constantFrom('[', '{"a":'), fc.constantFrom(60, 2000)).map(([open, depth]) => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = open === '[' ? [value] : { a: value };
  return value;
});

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      0,
      -0,
      -1,
      1e308,
      -1e308,
      5e-324,
      0.1,
      2 ** 31,
      2 ** 32,
      2 ** 53,
      2 ** 63,
      [],
      {},
      [[]],
      { __proto__: null },
    ),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: nested },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom<unknown>(0, 'x', {}, null), fc.constantFrom(100, 5000, 50_000))
      .map(([value, length]) => new Array(length).fill(value)),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(50, 5000)
      .map((n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`field${i}`, i]))),
  },
);

/** JSON nested so deep that what walks it by calling itself runs out of stack: in a field, or as a whole. */
export const deepJson = (fields: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('', ...fields),
      fc.constantFrom('[', '{"a":'),
      fc.constantFrom(500, 30_000, 90_000),
    )
    .map(([field, open, depth]) => {
      const deep = `${open.repeat(depth)}1${(open === '[' ? ']' : '}').repeat(depth)}`;
      return field === '' ? deep : `{${JSON.stringify(field)}:${deep}}`;
    });

/** The value with one place of it, at any depth, replaced, left out or added. */
export function spoiled(value: unknown, where: number, by: unknown): unknown {
  if (typeof value !== 'object' || value === null) return by;
  const entries = Object.entries(value);
  const at = where % (entries.length + 2);
  if (at < entries.length) {
    const [key, inner] = entries[at]!;
    const rest = Math.floor(where / (entries.length + 2));
    const changed = rest % 3 === 0 ? by : spoiled(inner, Math.floor(rest / 3), by);
    return Array.isArray(value)
      ? value.map((old, i) => (i === at ? changed : old))
      : { ...value, [key]: changed };
  }
  if (at === entries.length) return Array.isArray(value) ? [...value, by] : { ...value, noSuchField: by };
  return Array.isArray(value) ? value.slice(1) : Object.fromEntries(entries.slice(1));
}

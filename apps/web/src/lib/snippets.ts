import { pathFor, routes } from '@tangent/client';

/** A request of the REST API that reads something. */
export interface ApiCall {
  /** Of the typed client, e.g. `listItems`. */
  readonly name: keyof typeof routes;
  readonly params: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  /** All pages of its answer are read. */
  readonly isPaged?: boolean;
}

export interface Snippet {
  readonly language: 'curl' | 'TypeScript' | 'Python';
  readonly code: string;
}

/** In single quotes for a shell, whatever the text holds. */
const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Values as source code: JSON’s strings are strings of TypeScript and Python, too. */
const literal = (value: string | number): string => JSON.stringify(value);

const urlOf = ({ name, params }: ApiCall, origin: string): string =>
  `${origin}${pathFor(routes[name][1], params)}`;

function curlOf(call: ApiCall, origin: string): string {
  const search = new URLSearchParams(
    Object.entries(call.query ?? {}).map(([name, value]) => [name, String(value)]),
  ).toString();
  const url = urlOf(call, origin);
  return `curl -H "authorization: Bearer $TANGENT_TOKEN" \\\n  ${shellQuoted(search === '' ? url : `${url}?${search}`)}`;
}

const objectOf = (values: Readonly<Record<string, string | number>>): string =>
  `{ ${Object.entries(values)
    .map(([name, value]) => `${name}: ${literal(value)}`)
    .join(', ')} }`;

function typescriptOf({ name, params, query = {}, isPaged = false }: ApiCall): string {
  const args = `{ params: ${objectOf(params)}${Object.keys(query).length === 0 ? '' : `, query: ${objectOf(query)}`} }`;
  return isPaged
    ? `for await (const row of client.each(${literal(name)}, ${args})) {\n  console.log(row);\n}`
    : `console.log(await client.${name}(${args}));`;
}

function pythonOf(call: ApiCall, origin: string): string {
  const entries = Object.entries(call.query ?? {}).map(
    ([name, value]) => `${literal(name)}: ${literal(value)}`,
  );
  const asked = [`url = ${literal(urlOf(call, origin))}`, `params = {${entries.join(', ')}}`];
  const read = call.isPaged
    ? [
        'while True:',
        '    page = requests.get(url, params=params, headers=headers).json()',
        '    for row in page["items"]:',
        '        print(row)',
        '    if page["nextCursor"] is None:',
        '        break',
        '    params["cursor"] = page["nextCursor"]',
      ]
    : ['print(requests.get(url, params=params, headers=headers).json())'];
  return [...asked, ...read].join('\n');
}

/** The same requests, one after the other, in three languages. `origin`: where the API is reached. */
export function snippetsOf(calls: readonly ApiCall[], origin: string): readonly Snippet[] {
  return [
    { language: 'curl', code: calls.map((call) => curlOf(call, origin)).join('\n\n') },
    {
      language: 'TypeScript',
      code: [
        "import { createClient } from '@tangent/client';",
        '',
        `const client = createClient({ baseUrl: ${literal(origin)}, auth: { token: process.env.TANGENT_TOKEN! } });`,
        ...calls.map(typescriptOf),
      ].join('\n'),
    },
    {
      language: 'Python',
      code: [
        'import os, requests',
        '',
        'headers = {"authorization": f"Bearer {os.environ[\'TANGENT_TOKEN\']}"}',
        calls.map((call) => pythonOf(call, origin)).join('\n\n'),
      ].join('\n'),
    },
  ];
}

export interface ApiCall {
  /** Of the typed client, e.g. `listItems`. */
  readonly name: string;
  readonly projectId: string;
  /** Behind the project’s path, e.g. `/items`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Its answer comes in pages. */
  readonly isPaged: boolean;
}

export interface Snippet {
  readonly language: 'curl' | 'TypeScript' | 'Python';
  readonly code: string;
}

/** In single quotes for a shell, whatever the text holds. */
const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Values as source code: JSON’s strings are strings of TypeScript and Python, too. */
const literal = (value: string): string => JSON.stringify(value);

/** The same request in three languages. `origin`: where the API is reached. */
export function snippetsOf(call: ApiCall, origin: string): readonly Snippet[] {
  const url = `${origin}/v1/projects/${call.projectId}${call.path}`;
  const entries = Object.entries(call.query);
  const search = new URLSearchParams(call.query).toString();
  const queryTs = entries.map(([name, value]) => `${name}: ${literal(value)}`).join(', ');
  const argsTs = `{ params: { projectId: ${literal(call.projectId)} }${queryTs === '' ? '' : `, query: { ${queryTs} }`} }`;
  const paramsPy = entries.map(([name, value]) => `${literal(name)}: ${literal(value)}`).join(', ');
  return [
    {
      language: 'curl',
      code: `curl -H "authorization: Bearer $TANGENT_TOKEN" \\\n  ${shellQuoted(search === '' ? url : `${url}?${search}`)}`,
    },
    {
      language: 'TypeScript',
      code: [
        "import { createClient } from '@tangent/client';",
        '',
        `const client = createClient({ baseUrl: ${literal(origin)}, auth: { token: process.env.TANGENT_TOKEN! } });`,
        ...(call.isPaged
          ? [
              `for await (const row of client.each(${literal(call.name)}, ${argsTs})) {`,
              '  console.log(row);',
              '}',
            ]
          : [`console.log(await client.${call.name}(${argsTs}));`]),
      ].join('\n'),
    },
    {
      language: 'Python',
      code: [
        'import os, requests',
        '',
        `url = ${literal(url)}`,
        `params = {${paramsPy}}`,
        'headers = {"authorization": f"Bearer {os.environ[\'TANGENT_TOKEN\']}"}',
        ...(call.isPaged
          ? [
              'while True:',
              '    page = requests.get(url, params=params, headers=headers).json()',
              '    for row in page["items"]:',
              '        print(row)',
              '    if page["nextCursor"] is None:',
              '        break',
              '    params["cursor"] = page["nextCursor"]',
            ]
          : ['print(requests.get(url, params=params, headers=headers).json())']),
      ].join('\n'),
    },
  ];
}

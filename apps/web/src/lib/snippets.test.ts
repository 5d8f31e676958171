import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type ApiCall, snippetsOf } from './snippets';

const call: ApiCall & { readonly query: Readonly<Record<string, string>> } = {
  name: 'listItems',
  params: { projectId: 'prj_1' },
  query: { text: `it's "so" $HOME \\ 100%`, status: 'labeled' },
  isPaged: true,
};

describe('a snippet', () => {
  const [curl, typescript, python] = snippetsOf([call], 'https://tangent.test/api');

  test('of curl reaches the server as it was asked, through a real shell', () => {
    const script = curl!.code.replace(/^curl /, "printf '%s\\n' ");
    const words = execFileSync('sh', ['-c', script], {
      encoding: 'utf8',
      env: { ...process.env, TANGENT_TOKEN: 't' },
    });
    const url = new URL(words.trimEnd().split('\n').at(-1)!);
    expect(`${url.origin}${url.pathname}`).toBe('https://tangent.test/api/v1/projects/prj_1/items');
    expect(Object.fromEntries(url.searchParams)).toEqual(call.query);
  });

  test('of TypeScript and Python carries the values as literals, and walks through the pages', () => {
    const literal = JSON.stringify(call.query.text);
    expect(typescript!.code).toContain(`text: ${literal}`);
    expect(typescript!.code).toContain('client.each("listItems", { params: { projectId: "prj_1" }');
    expect(python!.code).toContain(`"text": ${literal}`);
    expect(python!.code).toContain('page["nextCursor"]');
  });

  test('of several requests asks for one after the other', () => {
    const round = { name: 'getRound', params: { roundId: 'rnd_1' } } as const;
    const ranking = { name: 'getRoundRanking', params: { roundId: 'rnd_1' }, query: { limit: 40 } } as const;
    const [, both, inPython] = snippetsOf([round, ranking], 'https://tangent.test/api');
    expect(both!.code.split('\n').slice(-2)).toEqual([
      'console.log(await client.getRound({ params: { roundId: "rnd_1" } }));',
      'console.log(await client.getRoundRanking({ params: { roundId: "rnd_1" }, query: { limit: 40 } }));',
    ]);
    expect(inPython!.code.match(/^headers/gm)).toHaveLength(1);
    expect(inPython!.code).toContain('url = "https://tangent.test/api/v1/rounds/rnd_1/ranking"');
  });
});

import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { filtersOf, queryOf } from './filters';
import { snippetsOf } from './snippets';

const call = {
  name: 'listItems',
  projectId: 'prj_1',
  path: '/items',
  query: { text: `it's "so" $HOME \\ 100%`, status: 'labeled' },
  isPaged: true,
};

describe('filters', () => {
  test('come back from the address as they went in, and nonsense is passed over', () => {
    const query = { status: 'labeled', label: 'Cat', text: 'a b', order: 'rank', holdout: 'true' };
    expect(queryOf(filtersOf(new URLSearchParams(query)))).toEqual(query);
    expect(queryOf(filtersOf(new URLSearchParams('status=nonsense&order=up&text=%20&label=')))).toEqual({});
  });
});

describe('a snippet', () => {
  const [curl, typescript, python] = snippetsOf(call, 'https://tangent.test/api');

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
});

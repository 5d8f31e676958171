import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { type Client, login } from '@tangent/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';

// The programs of examples/digits, as people run them.

let stack: Stack;
let client: Client;
beforeAll(async () => {
  stack = await startStack();
  ({ client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password));
});
afterAll(() => stack?.stop());

async function run(
  program: string,
  ...args: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const file = new URL(`../../examples/digits/dist/${program}.js`, import.meta.url).pathname;
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      TANGENT_API_URL: stack.apiUrl,
      TANGENT_EMAIL: stack.admin.email,
      TANGENT_PASSWORD: stack.admin.password,
    },
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code, out, err };
}

test('the demo project is made once, with labels of every class, and its first round runs by itself', async () => {
  const first = await run('create-demo');
  expect(first).toMatchObject({ code: 0, err: '' });
  const { items: projects } = await client.listProjects();
  expect(projects.map(({ name }) => name)).toEqual(['Digits']);
  const projectId = projects[0]!.id;
  expect(first.out.trim().split('\n').at(-1)).toBe(
    `project ${projectId} with 2500 digits: /projects/${projectId}/annotate`,
  );
  expect(first.out).toMatch(/imported 2500 of 2500 digits/);

  const project = await client.getProject({ params: { projectId } });
  expect(project.counts).toMatchObject({ items: 2500, labeled: 20, unlabeled: 1980, holdout: 500 });
  expect(project.classes.map(({ key, hotkey }) => [key, hotkey])).toEqual(
    Array.from({ length: 10 }, (_, digit) => [String(digit), String(digit)]),
  );
  const labels = new Set<string | null>();
  for await (const item of client.each('listItems', { params: { projectId }, query: { status: 'labeled' } }))
    labels.add(item.label);
  expect(labels.size).toBe(10);
  const { items: rounds } = await client.listRounds({ params: { projectId } });
  expect(rounds).toMatchObject([{ trigger: 'first', strategy: 'lookahead' }]);

  const second = await run('create-demo');
  expect(second).toMatchObject({ code: 0, err: '' });
  expect(second.out.trim()).toBe(`project ${projectId} is there already: /projects/${projectId}/annotate`);
  expect((await client.waitForRound(rounds[0]!.id)).status).toBe('done');
});

test('an oracle is simulated with paired seeds, and what it made is taken away', async () => {
  const size = ['--pool', '300', '--held-out', '200', '--start', '30', '--batch', '10', '--labels', '50'];
  const { code, out, err } = await run(
    'simulate',
    '--strategy',
    'random,margin',
    '--seeds',
    '2',
    ...size,
    '--json',
    '-',
  );
  expect(err).toMatch(/margin 1: 50 labels, \d+\.\d%/);
  expect(code).toBe(0);
  const { curves, summary } = JSON.parse(out) as {
    curves: Record<string, number[][]>;
    summary: { strategy: string; pointsOverRandom: number | null; plusMinus: number | null }[];
  };
  expect(Object.keys(curves)).toEqual(['random', 'margin']);
  for (const ofSeeds of Object.values(curves)) {
    expect(ofSeeds).toHaveLength(2);
    for (const curve of ofSeeds) {
      expect(curve).toHaveLength(3);
      for (const accuracy of curve) expect(accuracy).toBeGreaterThan(0.2);
    }
  }
  // The same digits, the same first labels, the same seed: the same model.
  for (const seed of [0, 1]) expect(curves.margin![seed]![0]).toBe(curves.random![seed]![0]);
  expect(summary.map(({ strategy, pointsOverRandom }) => [strategy, pointsOverRandom === null])).toEqual([
    ['random', true],
    ['margin', false],
  ]);
  expect(summary[1]!.plusMinus).toBeGreaterThan(0);
  const names = (await client.listProjects()).items.map(({ name }) => name);
  expect(names.filter((name) => name.startsWith('oracle'))).toEqual([]);
});

test.each([
  [['--strategy', 'guess'], /there is no strategy “guess”; choose of lookahead/],
  [['--seeds', 'some'], /--seeds is “some”; give a whole number from 1/],
  [['--pool', '9000'], /there are 10,000 digits/],
])('%j is refused with what may be said instead', async (args, message) => {
  const { code, err } = await run('simulate', ...args);
  expect(code).not.toBe(0);
  expect(err).toMatch(message);
});

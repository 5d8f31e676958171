import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';

const tutorial = new URL('../../docs/tutorial.md', import.meta.url);
// Below the root, as its reader’s: the packages of the repository are found from there. No other tool looks into it.
const program = new URL('../../.cache/tutorial.mjs', import.meta.url);
const run = promisify(execFile);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ queue: 'postgres' });
});
afterAll(async () => {
  await stack?.stop();
  await rm(program, { force: true });
});

test('the tutorial does what it says, block by block', async () => {
  const text = await readFile(tutorial, 'utf8');
  const blocks = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block]) => block);
  expect(blocks).toHaveLength(text.match(/^## \d/gm)!.length);
  await mkdir(new URL('.', program), { recursive: true });
  await writeFile(program, blocks.join('\n'));
  const { stdout, stderr } = await run(process.execPath, [fileURLToPath(program)], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      TANGENT_API_URL: stack.apiUrl,
      TANGENT_ADMIN_EMAIL: stack.admin.email,
      TANGENT_ADMIN_PASSWORD: stack.admin.password,
    },
  });
  expect(stderr).toBe('');
  const lines = stdout.trim().split('\n');
  expect(lines.slice(0, 3)).toEqual([
    'Made the project Letters',
    'Imported 384 letters',
    'The round is done; the best letters to label:',
  ]);
  for (const rank of [1, 2, 3])
    expect(lines[2 + rank]).toMatch(new RegExp(`^ {2}${rank}\\. .+\\. It is about .+\\.$`));
  expect(lines[6]).toBe('Gave 24 answers');
  const accuracies = lines.slice(7, 9).map((line) => {
    const [, numLabels, percent] = /^ {2}(\d+) labels: (\d+)% right$/.exec(line)!;
    return { numLabels: Number(numLabels), percent: Number(percent) };
  });
  expect(accuracies[1]!.numLabels - accuracies[0]!.numLabels).toBe(24);
  expect(accuracies[1]!.percent).toBeGreaterThan(accuracies[0]!.percent);
  expect(lines[9]).toBe(`Took ${accuracies[1]!.numLabels} labeled letters away`);
});

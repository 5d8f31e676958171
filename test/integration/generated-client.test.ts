import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';

const folder = new URL('../../examples/openapi-client/', import.meta.url);
const run = promisify(execFile);
/** A script of the example’s package.json, as its reader would run it; what it wrote. */
const npm = async (script: string, env: Record<string, string>) => {
  const options = { cwd: folder, env: { ...process.env, NODE_OPTIONS: '', ...env } };
  const { stdout } = await run('npm', ['run', '--silent', script], options).catch((error) => {
    throw new Error(`npm run ${script}: ${error.stdout}${error.stderr}`, { cause: error });
  });
  return stdout;
};

let stack: Stack;
const clean = () =>
  Promise.all(
    ['src/generated', 'dist'].map((name) => rm(new URL(name, folder), { recursive: true, force: true })),
  );
beforeAll(async () => {
  await clean();
  stack = await startStack({ queue: 'postgres' });
});
afterAll(async () => {
  await stack?.stop();
  await clean();
});

test('a client made by a public generator compiles, and labels a project', async () => {
  const env = {
    TANGENT_API_URL: stack.apiUrl,
    TANGENT_ADMIN_EMAIL: stack.admin.email,
    TANGENT_ADMIN_PASSWORD: stack.admin.password,
  };
  await npm('generate', env);
  await npm('compile', env);
  const told = JSON.parse(await npm('start', env));
  expect(told).toEqual({
    projectId: expect.stringMatching(/^prj_[0-9a-z]{26}$/),
    numItems: 4,
    numLabeled: 2,
  });
});

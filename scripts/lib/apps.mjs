// The programs of Tangent as they lie on disk after a build.
import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';
import { capture, Failure, lastLines } from './process.mjs';

const apiDir = path.join(root, 'apps/api');
const workerDir = path.join(root, 'apps/worker');
const webDir = path.join(root, 'apps/web');
const standaloneDir = path.join(webDir, '.next/standalone/apps/web');

/**
 * Under a limit of less than 2 GiB, V8 collects garbage when there is about as much of it as of what is alive. With the
 * 4 GiB that it gives itself on a large machine it waits for three times as much, and every import and export of many
 * rows fills that. docker/Dockerfile says the same.
 */
const nodeOptions = ['--max-old-space-size=2000'];

export const apps = {
  api: { cwd: apiDir, file: path.join(apiDir, 'dist/server.js'), nodeOptions },
  worker: { cwd: workerDir, file: path.join(workerDir, 'dist/main.js'), nodeOptions },
  web: { cwd: standaloneDir, file: path.join(standaloneDir, 'server.js') },
};

/** Next leaves static files out of its standalone folder, for they could lie on a CDN. Ours are served from there. */
export function completeStandalone() {
  if (!existsSync(apps.web.file)) {
    throw new Failure(`the web build left no ${apps.web.file}: next.config must say output: 'standalone'`);
  }
  for (const [from, to] of [
    ['.next/static', '.next/static'],
    ['public', 'public'],
  ]) {
    const source = path.join(webDir, from);
    const target = path.join(standaloneDir, to);
    rmSync(target, { recursive: true, force: true });
    if (existsSync(source)) cpSync(source, target, { recursive: true });
  }
}

/**
 * Makes the first admin when there is no user yet.
 *
 * @param {NodeJS.ProcessEnv} env with DATABASE_URL; TANGENT_ADMIN_EMAIL and TANGENT_ADMIN_PASSWORD are optional
 * @returns {Promise<{ created: boolean, email: string, password: string | null }>} password: only when it was generated
 */
export async function bootstrapAdmin(env) {
  const file = path.join(apiDir, 'dist/bootstrap.js');
  const { code, stdout, output } = await capture(process.execPath, [file], { cwd: apiDir, env });
  if (code !== 0) throw new Failure(`the first admin could not be made:\n${lastLines(output, 15)}`);
  return JSON.parse(lastLines(stdout, 1));
}

/** Uploads the demo project through the public API. Prints its own progress lines. */
export function createDemo(env, onLine) {
  const dir = path.join(root, 'examples/digits');
  return capture(process.execPath, [path.join(dir, 'dist/create-demo.js')], { cwd: dir, env, onLine });
}

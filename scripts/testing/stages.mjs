// What `npm test` runs, in order, and what each stage needs to be there.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheDir, root } from '../lib/paths.mjs';
import { capture } from '../lib/process.mjs';
import { countPlaywright, countVitest } from './reports.mjs';

const reportDir = path.join(cacheDir, 'reports');
const boundMs = 30 * 60_000; // a stage that hangs must not hang the whole run

/**
 * needs: 'client' (generated Prisma client), 'build' (all apps), 'servers' (Postgres and Redis), 'chromium'.
 *
 * @type {{ name: string, what: string, needs: string[], run: (env: NodeJS.ProcessEnv) => Promise<{ code: number | null, counts?: import('./reports.mjs').Counts }> }[]}
 */
export const stages = [
  {
    name: 'lint',
    what: 'Biome: format and lint',
    needs: [],
    run: (env) => node('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.'], env),
  },
  {
    name: 'types',
    what: 'TypeScript, the whole tree and the web app',
    needs: ['client', 'build'], // Next writes a part of its types when it builds
    run: async (env) => {
      const tree = await node('typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json'], env);
      const web = await node('typescript/bin/tsc', ['--noEmit', '-p', 'apps/web/tsconfig.json'], env);
      return { code: tree.code || web.code };
    },
  },
  {
    name: 'boundaries',
    what: 'who imports whom',
    needs: [],
    run: (env) => show(process.execPath, ['scripts/check-boundaries.mjs'], env),
  },
  {
    name: 'unit',
    what: 'unit and property tests',
    needs: ['client', 'build'],
    run: (env) => vitest('unit', env, 'unit*'),
  },
  {
    name: 'integration',
    what: 'real Postgres, both queues, real processes',
    needs: ['client', 'build', 'servers'],
    run: (env) => vitest('integration', env),
  },
  {
    name: 'browser',
    what: 'the screens in Chromium',
    needs: ['client', 'build', 'servers', 'chromium'],
    run: (env) => playwright(env),
  },
];

async function vitest(stage, env, project = stage) {
  const report = freshReport(`${stage}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await node('vitest/vitest.mjs', ['run', '--project', project, ...reporters], env);
  return { code, counts: countVitest(report) };
}

async function playwright(env) {
  const report = freshReport('browser.json');
  const args = ['test', '-c', 'test/playwright.config.ts', '--reporter=list,json'];
  const { code } = await node('@playwright/test/cli.js', args, {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  });
  return { code, counts: countPlaywright(report) };
}

function freshReport(name) {
  mkdirSync(reportDir, { recursive: true });
  const file = path.join(reportDir, name);
  rmSync(file, { force: true });
  return file;
}

const node = (program, args, env) =>
  show(process.execPath, [path.join(root, 'node_modules', program), ...args], env);

/** Runs a program whose output people see as it comes. */
async function show(command, args, env) {
  const { code } = await capture(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: boundMs,
  });
  return { code: code ?? 1 };
}

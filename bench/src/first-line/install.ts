import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { login } from '@tangent/client';
import type { Benchmark } from '../harness.js';
import { waitForFirstRound } from './with-stack.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const email = 'bench@tangent.test';
const password = 'a-password-for-the-benchmark';

/** Bare clone of the commit → `npm start` → first ranking, and the second start, as a new user would. */
export async function measureInstall(b: Benchmark): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tangent-install-'));
  const clone = path.join(folder, 'clone');
  const cloned = spawnSync('git', ['clone', '--quiet', root, clone]);
  if (cloned.status !== 0) throw new Error(`git clone failed: ${cloned.stderr}`);
  try {
    const first = await start(clone, b);
    b.row({
      claim: 'bare clone → npm start → first ranking',
      measured: first.rankedS,
      unit: 's',
      goal: { atMost: 240 },
    });
    const second = await start(clone, b);
    b.row({ claim: 'second start until it serves', measured: second.upS, unit: 's', goal: { atMost: 15 } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(clone: string, b: Benchmark): Promise<{ upS: number; rankedS: number }> {
  const from = performance.now();
  const seconds = () => (performance.now() - from) / 1000;
  const [web, api] = [3900, 4900];
  const env = {
    ...process.env,
    PORT: String(web),
    API_PORT: String(api),
    TANGENT_ADMIN_EMAIL: email,
    TANGENT_ADMIN_PASSWORD: password,
  };
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'TANGENT_DATA']) delete (env as NodeJS.ProcessEnv)[name];
  const house = spawn('npm', ['start'], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const isUp = new Promise<void>((resolve, reject) => {
    house.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
      if (/Tangent is up/.test(output)) resolve();
    });
    house.stderr.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    house.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${output.slice(-2000)}`)));
  });
  const hasEnded = new Promise<void>((resolve) => {
    house.once('close', () => resolve());
  });
  try {
    await isUp;
    const upS = seconds();
    const { client } = await login({ baseUrl: `http://127.0.0.1:${api}` }, email, password);
    const [project] = (await client.listProjects()).items;
    await waitForFirstRound(client, project!.id);
    const rankedS = seconds();
    b.progress(`up after ${upS.toFixed(0)} s, ranked after ${rankedS.toFixed(0)} s`);
    return { upS, rankedS };
  } finally {
    house.removeAllListeners('exit');
    process.kill(-house.pid!, 'SIGTERM');
    await hasEnded;
  }
}

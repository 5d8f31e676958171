import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from '../harness.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** `npm test` as a whole: whether it is green, and how long it takes. */
export async function measureSuite(b: Benchmark): Promise<void> {
  const from = performance.now();
  let output = '';
  const code = await new Promise<number | null>((resolve) => {
    const env = { ...process.env };
    for (const name of ['DATABASE_URL', 'REDIS_URL']) delete env[name];
    const child = spawn('npm', ['test'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output = (output + chunk).slice(-20_000)));
    child.once('close', resolve);
  });
  const [, passed, failed] = /Tests: (\d+) passed, (\d+) failed/.exec(output) ?? [];
  b.row({
    claim: 'npm test, whole',
    measured: (performance.now() - from) / 60_000,
    unit: 'min',
    goal: { atMost: 15 },
    tried:
      'unit tests from the sources, without a build; files side by side on both cores; servers that are started once; tests that wait for conditions, never for a time.',
  });
  b.row({
    claim: `npm test: tests failed (of ${Number(passed ?? 0) + Number(failed ?? 0)})`,
    measured: code === 0 ? Number(failed ?? 1) : Math.max(1, Number(failed ?? 1)),
    unit: 'tests',
    goal: { atMost: 0 },
  });
}

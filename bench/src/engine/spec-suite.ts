import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from '../harness.js';

const program = fileURLToPath(
  new URL('../../../packages/tfjs-onnxruntime/spec-suite/run.mjs', import.meta.url),
);

/** tfjs-core's own tests on the backend. */
export function measureSpecSuite(b: Benchmark): void {
  const { stdout } = spawnSync(process.execPath, [program], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, number>;
  b.row({
    claim: 'tests of tfjs-core that pass',
    measured: summary.numPassed!,
    unit: 'tests',
    goal: { atLeast: 4_100 },
  });
  b.row({
    claim: '… that fail and are not excluded by name, with a reason',
    measured: summary.numFailed!,
    unit: 'tests',
    goal: { atMost: 0 },
  });
  b.detail('spec suite', summary);
}

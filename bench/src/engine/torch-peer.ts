import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../src/engine/torch_peer.py', import.meta.url));
const interpreters = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter((name) => name !== undefined);

/** PyTorch on this machine, or why there is none. */
export type Torch =
  | { readonly kind: 'there'; readonly version: string; readonly interpreter: string }
  | { readonly kind: 'missing'; readonly why: string };

/** PyTorch is an optional peer: Debian's package python3-torch, or a Python named by PYTHON. */
export function findTorch(): Torch {
  for (const interpreter of interpreters) {
    const { stdout, status } = spawnSync(interpreter, ['-c', 'import torch; print(torch.__version__)'], {
      encoding: 'utf8',
    });
    if (status === 0) return { kind: 'there', version: stdout.trim(), interpreter };
  }
  return {
    kind: 'missing',
    why: `none of ${interpreters.join(', ')} has the module torch (apt-get install python3-torch libopenblas0-pthread, or set PYTHON)`,
  };
}

/** Runs a job of torch_peer.py; milliseconds of every run. */
export function runTorch(
  torch: Torch & { kind: 'there' },
  job: string,
  options: { readonly threads: number; readonly runs: number; readonly optimiser?: string },
): number[] {
  const { threads, runs, optimiser } = options;
  const args = [program, job, String(threads), String(runs), ...(optimiser ? [optimiser] : [])];
  const { stdout, stderr, status } = spawnSync(torch.interpreter, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`PyTorch failed at ${job}:\n${stderr}`);
  return (JSON.parse(stdout) as { readonly runsMs: number[] }).runsMs;
}

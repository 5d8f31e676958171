import { spawnSync } from 'node:child_process';
import os from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly platform: string;
}

/** What a figure was measured on; without it a figure says nothing. */
export function thisMachine(): Machine {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGiB: Math.round((os.totalmem() / 2 ** 30) * 10) / 10,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch} ${os.release()}`,
  };
}

/** The commit that was measured, marked when files differ from it; null outside a git clone. */
export function thisCommit(folder: string): string | null {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  const head = git('rev-parse', 'HEAD');
  if (head.status !== 0) return null;
  // Results of this and other benchmarks, and the page made of them, do not change what is measured.
  const results = ['bench/results', 'docs/results.md', 'docs/images/results'].map((path) => `:!${path}`);
  const changes = git('status', '--porcelain', '--', '.', ...results).stdout.trim();
  return head.stdout.trim() + (changes === '' ? '' : ' with uncommitted changes');
}

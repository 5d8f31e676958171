import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Summary {
  readonly numPassed: number;
  readonly numFailed: number;
  readonly numHealed: number;
}

test('the tests of tfjs-core pass on this backend, but for those that exclusions.json names with a reason', async () => {
  const program = fileURLToPath(new URL('../spec-suite/run.mjs', import.meta.url));
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [program], { maxBuffer: 2 ** 26 }, (_, stdout) => resolve(stdout));
  });
  const lines = output.trimEnd().split('\n');
  const surprises = lines.filter((line) => /^(FAILED|PASSES although)/.test(line));
  expect(surprises).toEqual([]);
  const summary = JSON.parse(lines.at(-1)!) as Summary;
  expect(summary.numPassed).toBeGreaterThanOrEqual(4_100);
  expect(summary).toMatchObject({ numFailed: 0, numHealed: 0 });
}, 180_000);

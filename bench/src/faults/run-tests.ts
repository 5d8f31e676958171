import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** One test of one run. */
export interface TestRun {
  readonly title: string;
  readonly hasPassed: boolean;
  readonly messages: readonly string[];
  readonly seconds: number;
  /** What the test counted; none where it failed before. */
  readonly figures: {
    readonly numPlaces?: number;
    readonly numPlacesDifferent?: number;
    readonly numAnnotations?: number;
    readonly numLost?: number;
    readonly numDoubled?: number;
  };
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly duration?: number;
      readonly failureMessages: readonly string[];
      readonly meta: { readonly fault?: TestRun['figures'] };
    }[];
  }[];
}

/**
 * Runs every fault test once, or those whose titles match a pattern, on servers of their own. Throws when a file could not
 * be run, or nothing matches.
 */
export async function runFaultTests(only: string | undefined): Promise<TestRun[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tangent-bench-faults-'));
  try {
    const file = path.join(folder, 'report.json');
    await runVitest(file, only);
    const { testResults } = JSON.parse(await readFile(file, 'utf8')) as VitestReport;
    const runs = testResults.flatMap(({ name, message, assertionResults }) => {
      if (assertionResults.length === 0) throw new Error(`${name} could not be run: ${message}`);
      return assertionResults
        .filter(({ status }) => status !== 'skipped')
        .map((result) => ({
          title: result.title,
          hasPassed: result.status === 'passed',
          messages: result.failureMessages,
          seconds: (result.duration ?? 0) / 1000,
          figures: result.meta.fault ?? {},
        }));
    });
    if (runs.length === 0) throw new Error(`no fault test is named like “${only}”`);
    return runs;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runVitest(reportFile: string, only: string | undefined): Promise<void> {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const args = ['run', '--project', 'integration', 'test/integration/faults-'];
  if (only !== undefined) args.push('--testNamePattern', only);
  const reporting = ['--reporter=json', `--outputFile=${reportFile}`];
  const env: NodeJS.ProcessEnv = { ...process.env, TANGENT_FAULTS: 'all' };
  for (const name of ['DATABASE_URL', 'REDIS_URL']) delete env[name];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, ...args, ...reporting], {
      cwd: root,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('error', reject);
    child.once('close', () => resolve()); // tests that failed are in the report
  });
}

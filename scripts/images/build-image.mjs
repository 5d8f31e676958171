// A stage of the Dockerfile as a folder: what lies under / in the image lies under the folder here.
import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/paths.mjs';
import { capture, runOrFail } from '../lib/process.mjs';
import { environmentOf } from './dockerfile.mjs';

/** What RUN does inside /app with npm's tools works here as well; accounts and folders of the system are Docker's. */
const runsHere = /^(npm|npx) /;

/**
 * @typedef {{ folder: string, cwd: string, env: Record<string, string>, command: string[], leftOut: string[] }} Image
 *   folder: the image's /; command: of CMD; leftOut: steps that were not followed
 */

/**
 * Follows the stages that `name` needs. Each is made once.
 *
 * @param {string} name
 * @param {{ stages: Map<string, import('./dockerfile.mjs').Stage>, dir: string, images: Map<string, Image>, say: (text: string) => void }} context
 * @returns {Promise<Image>}
 */
export async function buildImage(name, context) {
  const { stages, dir, images, say } = context;
  const made = images.get(name);
  if (made) return made;
  const stage = stages.get(name);
  const base = stages.has(stage.base) ? await buildImage(stage.base, context) : undefined;
  const folder = path.join(dir, name);
  const image = {
    folder,
    cwd: base?.cwd ?? '/',
    env: base?.env ?? {},
    command: base?.command ?? [],
    leftOut: [...(base?.leftOut ?? [])],
  };
  mkdirSync(folder, { recursive: true });
  // Links, as Docker's layers share their files.
  if (base) await runOrFail('cp', ['-al', `${base.folder}/.`, folder]);
  for (const { word, rest } of stage.instructions) {
    say(`${name}: ${word} ${rest.slice(0, 90)}`);
    if (word === 'WORKDIR') image.cwd = rest;
    else if (word === 'ENV') image.env = { ...image.env, ...environmentOf(rest) };
    else if (word === 'CMD') image.command = JSON.parse(rest);
    else if (word === 'COPY') await copy(rest, image, context);
    else if (word === 'RUN') await run(rest, image);
  }
  images.set(name, image);
  return image;
}

async function copy(rest, image, context) {
  const words = rest.split(/\s+/);
  const from = /^--from=(\S+)$/.exec(words[0])?.[1];
  const [names, target] = [words.slice(from ? 1 : 0, -1), words.at(-1)];
  const into = path.join(image.folder, path.posix.resolve(image.cwd, target));
  const source = from && (await buildImage(from, context));
  for (const name of names) {
    const file = source
      ? path.join(source.folder, path.posix.resolve(source.cwd, name))
      : path.join(root, name);
    if (!existsSync(file)) throw new Error(`COPY ${rest}: there is no ${name}`);
    const isFolder = statSync(file).isDirectory();
    const to = !isFolder && target.endsWith('/') ? path.join(into, path.basename(name)) : into;
    if (!source) await copyTracked(name, to);
    else {
      mkdirSync(isFolder ? to : path.dirname(to), { recursive: true });
      await runOrFail('cp', ['-al', isFolder ? `${file}/.` : file, to]);
    }
  }
}

/** Of the context only what git knows: .dockerignore leaves out what was built or installed. */
async function copyTracked(name, to) {
  const { stdout } = await capture('git', ['ls-files', '-z', '--', name], { cwd: root });
  const files = stdout.split('\0').filter((file) => file !== '' && existsSync(path.join(root, file)));
  for (const file of files) {
    const target = file === name ? to : path.join(to, path.relative(name, file));
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(path.join(root, file), target);
  }
}

async function run(rest, image) {
  if (!runsHere.test(rest)) {
    image.leftOut.push(`RUN ${rest}`);
    return;
  }
  await runOrFail('sh', ['-c', rest], {
    cwd: path.join(image.folder, image.cwd),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...image.env },
  });
}

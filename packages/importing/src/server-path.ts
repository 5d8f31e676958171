import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { TangentError } from '@tangent/contracts';
import { folderTree } from './folder-tree.js';
import { systemFault } from './system-fault.js';

/** A file or folder on the server that imports may read. */
export interface ServerSource {
  /** Real and absolute: no link leads to it. */
  readonly path: string;
  /** Below the root, with slashes. */
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * Finds what `wanted` (relative to the root, or absolute and below it) names. Links are refused wherever they stand,
 * also those that stay below the root: what a name leads to must not change behind the check. Throws path-not-allowed,
 * also where a file may not be read, and not-found where there is nothing.
 */
export async function resolveServerPath(root: string | undefined, wanted: string): Promise<ServerSource> {
  if (!root)
    throw refused('this server reads no files of its own: TANGENT_IMPORT_ROOT is not set. Upload the file');
  if (wanted.includes('\0')) throw refused('it holds a NUL');
  if (wanted.split(/[/\\]/).includes('..')) throw refused('it holds “..”; write it without');
  const realRoot = await realpath(root).catch((cause) => {
    throw refused(
      `TANGENT_IMPORT_ROOT names “${root}”, which cannot be read (${cause.code}); tell an admin`,
      cause,
    );
  });
  const absolute = path.resolve(realRoot, absoluteBelow(root, realRoot, wanted));
  const name = path.relative(realRoot, absolute);
  if (name === '..' || name.startsWith(`..${path.sep}`) || path.isAbsolute(name))
    throw refused('it lies outside of the folder that imports may read from');
  let at = realRoot;
  for (const step of name.split(path.sep)) {
    at = path.join(at, step);
    const found = await lstat(at).catch((error) => {
      throw systemFault(error, name);
    });
    if (found.isSymbolicLink()) throw refused(`“${path.relative(realRoot, at)}” is a symbolic link`);
  }
  return namingFaults(name, async () => {
    if ((await realpath(absolute)) !== absolute) throw refused('a link leads to it');
    const found = await stat(absolute);
    if (!found.isFile() && !found.isDirectory()) throw refused('it is neither a file nor a folder');
    // Whether it may be read shows only so; a folder shows it when it is listed.
    if (found.isFile()) await (await open(absolute, constants.O_RDONLY | constants.O_NOFOLLOW)).close();
    return { path: absolute, name: name.split(path.sep).join('/'), isFolder: found.isDirectory() };
  });
}

/** Does `work` with a file or folder of the server, and tells of what the system refuses by its relative name. */
export async function namingFaults<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw systemFault(error, name);
  }
}

/** An absolute path may be spelled by the root as it is configured. */
function absoluteBelow(root: string, realRoot: string, wanted: string): string {
  const configured = path.resolve(root);
  if (wanted === configured || wanted.startsWith(configured + path.sep))
    return path.join(realRoot, wanted.slice(configured.length));
  return wanted;
}

/**
 * SHA-256 over names, sizes, inodes and times of change (of the content, which anybody may set back, and of the inode):
 * an import must end with what it began with, also after a crash, or it would pass over other rows than it had read. The
 * device is left out: a share has another number on every machine. Throws what `folderTree` throws.
 */
export async function fingerprint({
  path: source,
  name: sourceName,
  isFolder,
}: ServerSource): Promise<string> {
  const hash = createHash('sha256');
  const take = async (name: string, file: string) => {
    const { size, ino, mtimeMs, ctimeMs } = await namingFaults(name || sourceName, () => lstat(file));
    hash.update(`${name}\0${size}\0${ino}\0${mtimeMs}\0${ctimeMs}\n`);
  };
  if (!isFolder) await take('', source);
  else for await (const { name } of folderTree(source).files()) await take(name, path.join(source, name));
  return hash.digest('hex');
}

const refused = (why: string, cause?: unknown) =>
  new TangentError('path-not-allowed', `The path cannot be imported: ${why}.`, { cause });

import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { TangentError } from '@tangent/contracts';
import { type FileTree, junk, type TreeFile, treeLimits } from './file-tree.js';
import { systemFault } from './system-fault.js';

/** Bounds of a folder on the server. */
export const folderLimits = { numFiles: 2_000_000, numLevels: 32 } as const;

/**
 * The files of a folder on the server, one directory in memory at a time. Links are refused, never followed: throws
 * path-not-allowed with the name of the first, of one that is no UTF-8, or of a folder that may not be read; not-found
 * for what went away meanwhile; and payload-too-large for more files or levels than `folderLimits`.
 */
export function folderTree(root: string): FileTree {
  return {
    kind: 'folder',
    maxFiles: folderLimits.numFiles,
    base: '',
    async *files() {
      let numFiles = 0;
      for await (const name of walk(root, '', 1)) {
        if (++numFiles > folderLimits.numFiles)
          throw new TangentError(
            'payload-too-large',
            `The folder holds more than ${folderLimits.numFiles} files; import its folders one by one.`,
          );
        yield fileOf(root, name);
      }
    },
    async find(name) {
      const folder = path.posix.dirname(name);
      const entries = await entriesOf(root, folder === '.' ? '' : `${folder}/`).catch((error) => {
        if (error instanceof TangentError && error.code === 'not-found') return [];
        throw error;
      });
      const isThere = entries.some((entry) => entry.name === path.posix.basename(name) && entry.isFile());
      return isThere ? fileOf(root, name) : undefined;
    },
    close: async () => undefined,
  };
}

async function* walk(root: string, below: string, level: number): AsyncGenerator<string> {
  if (level > folderLimits.numLevels)
    throw new TangentError(
      'payload-too-large',
      `“${below}” lies more than ${folderLimits.numLevels} folders deep; import a folder further down.`,
    );
  for (const entry of await entriesOf(root, below)) {
    const name = below + entry.name;
    if (junk.test(name)) continue;
    if (entry.isDirectory()) yield* walk(root, `${name}/`, level + 1);
    else if (entry.isFile()) yield name;
    else
      throw new TangentError(
        'path-not-allowed',
        `“${name}” is ${entry.isSymbolicLink() ? 'a symbolic link' : 'no plain file'}, which imports do not follow. Nothing of it was read; put the file itself there.`,
      );
  }
}

/** `below` ends in a slash, or is empty for the root itself. */
async function entriesOf(root: string, below: string) {
  const found = await readdir(path.join(root, below), { withFileTypes: true, encoding: 'buffer' }).catch(
    (error) => {
      throw systemFault(error, below || path.basename(root));
    },
  );
  const entries = found.map((entry) => {
    const name = entry.name.toString();
    // Decoded it is the name of nothing.
    if (!isUtf8(entry.name))
      throw new TangentError(
        'path-not-allowed',
        `The name “${below}${name}” is no UTF-8. Nothing of it was read; rename the file.`,
      );
    return {
      name,
      isFile: () => entry.isFile(),
      isDirectory: () => entry.isDirectory(),
      isSymbolicLink: () => entry.isSymbolicLink(),
    };
  });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function fileOf(root: string, name: string): TreeFile {
  return {
    name,
    async read() {
      try {
        // A file that became a link since it was listed is not followed either.
        const file = await open(path.join(root, name), constants.O_RDONLY | constants.O_NOFOLLOW);
        try {
          const { size } = await file.stat();
          if (size > treeLimits.fileBytes)
            return new Error(`it has ${size} bytes, ${treeLimits.fileBytes} are allowed`);
          return await file.readFile();
        } finally {
          await file.close();
        }
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // What another try may help against is no fault of the file.
        if (code === undefined || code === 'EMFILE' || code === 'ENFILE' || code === 'EIO') throw error;
        // The message of the system names the whole path on the server.
        return new Error(`the system says ${code}`, { cause: error });
      }
    },
  };
}

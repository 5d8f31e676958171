import type { Entry } from 'yauzl';
import { type FileTree, imageName, isSplit, type TreeFile } from './file-tree.js';
import { listEntries, openEntries, zipLimits } from './zip-archive.js';

/** The files of an archive, in order of their names. Throws what `listEntries` throws. */
export async function zipTree(path: string, classKeys: readonly string[]): Promise<FileTree> {
  const entries = await listEntries(path);
  const archive = await openEntries(path);
  const fileOf = (entry: Entry): TreeFile => ({ name: entry.fileName, read: () => archive.read(entry) });
  return {
    kind: 'archive',
    maxFiles: zipLimits.numEntries,
    base: baseOf(entries, classKeys),
    async *files() {
      for (const entry of entries) yield fileOf(entry);
    },
    async find(name) {
      const entry = entries.find(({ fileName }) => fileName === name);
      return entry && fileOf(entry);
    },
    close: async () => archive.close(),
  };
}

/** The one folder that holds all files, unless its name says something of them. */
function baseOf(entries: readonly Entry[], classKeys: readonly string[]): string {
  const [top, second] = entries[0]?.fileName.split('/') ?? [];
  if (top === undefined || second === undefined) return '';
  const saysSomething = classKeys.includes(top) || isSplit(top) || top === 'holdout' || top === 'unlabeled';
  if (saysSomething || !entries.every(({ fileName }) => fileName.startsWith(`${top}/`))) return '';
  // `bird/1.png` alone is rather an unknown class, to be told as one.
  const isWrapped = entries.some(
    ({ fileName }) => imageName.test(fileName) && fileName.split('/').length > 2,
  );
  const hasMetadata = entries.some(({ fileName }) => /^[^/]+\/metadata\.(jsonl|csv)$/.test(fileName));
  return isWrapped || hasMetadata ? `${top}/` : '';
}

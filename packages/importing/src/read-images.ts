import { TangentError } from '@tangent/contracts';
import { rowCheck } from './check-row.js';
import { type FileTree, imageName, isSplit } from './file-tree.js';
import { folderTree } from './folder-tree.js';
import { type ImageMetadata, isMetadata, readMetadata } from './image-metadata.js';
import { type ImportSource, type ImportTarget, type ReadRow, rowError } from './source.js';
import { zipTree } from './zip-tree.js';

/**
 * Images of an archive or of a folder on the server: `<class>/name.png` carries a label, `holdout/<class>/name.png` is
 * held out, and files at the top or under `unlabeled/` have none; folders below a class are its own affair. Splits are
 * looked through: `train/<class>/…` is in the pool, `test/<class>/…` and `validation/<class>/…` are held out. Where
 * there is a `metadata.jsonl` or a `metadata.csv` with `file_name`, it alone says what each image is. The path is the
 * item's external id, unless the metadata gives one. Archives within are not opened.
 */
export async function* readImages(source: ImportSource): AsyncGenerator<readonly ReadRow[]> {
  const tree = await treeOf(source);
  try {
    const metadata = await readMetadata(tree, source.target);
    const check = rowCheck(source.target);
    const held = new Set<string>();
    yield metadata.errors.map((error) => ({ kind: 'error' as const, error }));
    for await (const { name, read } of tree.files()) {
      if (!imageName.test(name)) continue;
      if (metadata.names.length > 0) held.add(name);
      const described = describe(name, tree, metadata, source.target);
      const bytes = await read();
      if (bytes instanceof Error)
        yield [rowError({ file: name }, 'entry-corrupt', `The file cannot be read: ${bytes.message}.`)];
      else if (!described)
        yield [
          rowError({ file: name }, 'metadata-missing', `${metadata.nameFor(name)} does not name this file.`),
        ];
      else yield [check(described, { file: name }, bytes)];
    }
    for await (const row of leftOver(tree, held, metadata)) yield [row];
  } finally {
    await tree.close();
  }
}

/** Throws unsupported-format, archive-unsafe, archive-corrupt, path-not-allowed, wrong-columns, malformed-body. */
export async function checkImages(source: ImportSource): Promise<void> {
  if (source.target.type !== 'image')
    throw new TangentError(
      'unsupported-format',
      `A ${source.format === 'zip' ? 'ZIP' : 'folder'} holds images, and this is a project of type ${source.target.type}; send JSONL or CSV.`,
    );
  const tree = await treeOf(source);
  try {
    let numFiles = 0;
    let numImages = 0;
    for await (const { name } of tree.files()) {
      numFiles++;
      if (imageName.test(name)) numImages++;
    }
    if (numImages === 0)
      throw new TangentError(
        'unsupported-format',
        `None of the ${numFiles} files in the ${tree.kind} ends in .png, .jpg, .webp or .gif.`,
      );
    await readMetadata(tree, source.target);
  } finally {
    await tree.close();
  }
}

const treeOf = async ({ path, format, target }: ImportSource): Promise<FileTree> =>
  format === 'folder' ? folderTree(path) : zipTree(path, target.classKeys);

/** The row of a file: of the metadata where there is one, else of its folders. */
function describe(
  file: string,
  tree: FileTree,
  metadata: ImageMetadata,
  { classKeys }: ImportTarget,
): object | undefined {
  const [first, ...others] = file.slice(tree.base.length).split('/').slice(0, -1);
  const isOfSplit = isSplit(first) && !classKeys.includes(first!);
  const split = isOfSplit ? { holdout: first !== 'train' } : {};
  if (metadata.nameFor(file) !== undefined) {
    const described = metadata.rows.get(file);
    return described && { id: file, ...split, ...described.value };
  }
  const folders = isOfSplit ? others : [first, ...others];
  return { id: file, ...split, ...placeOf(folders) };
}

/** Label and holdout by the folders that an image lies in. */
function placeOf([first, second]: readonly (string | undefined)[]): { label?: string; holdout?: boolean } {
  if (first === 'holdout') return { holdout: true, ...(second !== undefined && { label: second }) };
  return first === undefined || first === 'unlabeled' ? {} : { label: first };
}

/** What was named and is not there, and what is there and no image. */
async function* leftOver(
  tree: FileTree,
  held: ReadonlySet<string>,
  metadata: ImageMetadata,
): AsyncGenerator<ReadRow> {
  for (const [file, { line, from }] of metadata.rows)
    if (!held.has(file))
      yield rowError({ file: from, line }, 'file-missing', `The ${tree.kind} holds no image “${file}”.`);
  for await (const { name } of tree.files())
    if (!imageName.test(name) && !isMetadata(tree, name))
      yield rowError(
        { file: name },
        'unsupported-format',
        `Only PNG, JPEG, WebP and GIF files are taken from ${tree.kind === 'archive' ? 'an archive; archives within it are not opened' : 'a folder'}.`,
      );
}

import { TangentError } from '@tangent/contracts';
import type { Entry } from 'yauzl';
import { rowCheck } from './check-row.js';
import { type ImportSource, type ReadRow, rowError } from './source.js';
import { listEntries, readEntries } from './zip-archive.js';
import { metadataNames, readMetadata, type ZipMetadata } from './zip-metadata.js';

const imageName = /\.(png|jpe?g|webp|gif)$/i;
const isMetadata = (name: string) => (metadataNames as readonly string[]).includes(name);

/**
 * Images of an archive: `<class>/name.png` carries a label, `holdout/<class>/name.png` is held out, and files at the
 * top or under `unlabeled/` have none; folders below a class are its own affair. Where there is a `metadata.jsonl` or a
 * `metadata.csv` with `file_name`, it alone says what each image is. The path in the archive is the item's external id,
 * unless the metadata gives one. Archives within the archive are not opened.
 */
export async function* readZip(source: ImportSource): AsyncGenerator<ReadRow> {
  const entries = await listEntries(source.path);
  const metadata = await readMetadata(source, entries);
  const check = rowCheck(source.target);
  for (const error of metadata?.errors ?? []) yield { kind: 'error', error };
  const images = entries.filter((entry) => imageName.test(entry.fileName));
  for await (const { entry, bytes } of readEntries(source.path, images)) {
    const file = entry.fileName;
    const described = describe(file, metadata);
    if (bytes instanceof Error)
      yield rowError({ file }, 'entry-corrupt', `The entry cannot be unpacked: ${bytes.message}.`);
    else if (!described)
      yield rowError({ file }, 'metadata-missing', `${metadata!.name} does not name this file.`);
    else yield check(described, { file }, bytes);
  }
  yield* leftOver(entries, images, metadata);
}

/** Throws unsupported-format, archive-unsafe, archive-corrupt, wrong-columns, malformed-body. */
export async function checkZip(source: ImportSource): Promise<void> {
  if (source.target.type !== 'image')
    throw new TangentError(
      'unsupported-format',
      `A ZIP holds images, and this is a project of type ${source.target.type}; send JSONL or CSV.`,
    );
  const entries = await listEntries(source.path);
  if (!entries.some(({ fileName }) => imageName.test(fileName)))
    throw new TangentError(
      'unsupported-format',
      `None of the ${entries.length} files in the archive ends in .png, .jpg, .webp or .gif.`,
    );
  await readMetadata(source, entries);
}

/** The row of a file: of the metadata where there is one, else of its folders. */
function describe(file: string, metadata: ZipMetadata | null): object | undefined {
  if (!metadata) return { id: file, ...placeOf(file) };
  const described = metadata.rows.get(file);
  return described && { id: file, ...described.value };
}

/** Label and holdout by the folders of a path. */
function placeOf(file: string): { label?: string; holdout?: boolean } {
  const folders = file.split('/').slice(0, -1);
  if (folders[0] === 'holdout')
    return { holdout: true, ...(folders[1] !== undefined && { label: folders[1] }) };
  return folders[0] === undefined || folders[0] === 'unlabeled' ? {} : { label: folders[0] };
}

/** What was named and is not there, and what is there and no image. */
function* leftOver(
  entries: readonly Entry[],
  images: readonly Entry[],
  metadata: ZipMetadata | null,
): Generator<ReadRow> {
  const held = new Set(images.map(({ fileName }) => fileName));
  for (const [file, { line }] of metadata?.rows ?? [])
    if (!held.has(file))
      yield rowError({ file: metadata!.name, line }, 'file-missing', `The archive holds no image “${file}”.`);
  for (const { fileName } of entries)
    if (!imageName.test(fileName) && !isMetadata(fileName))
      yield rowError(
        { file: fileName },
        'unsupported-format',
        'Only PNG, JPEG, WebP and GIF files are taken from an archive; archives within it are not opened.',
      );
}

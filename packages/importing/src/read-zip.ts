import { TangentError } from '@tangent/contracts';
import { checkRow } from './check-row.js';
import { type ImportSource, type ReadRow, rowError } from './source.js';
import { listEntries, readEntries } from './zip-archive.js';

const imageName = /\.(png|jpe?g|webp)$/i;
const metadataName = 'metadata.jsonl';

/**
 * Images of an archive: `<class>/name.png` carries a label, `holdout/<class>/name.png` is held out, and files at the
 * top or under `unlabeled/` have none. Where there is a `metadata.jsonl` with `file_name`, it alone says what each
 * image is. The path in the archive is the item's external id, unless the metadata gives one.
 */
export async function* readZip({ path, target }: ImportSource): AsyncGenerator<ReadRow> {
  const entries = await listEntries(path);
  const metadata = await readMetadata(path, entries);
  const images = entries.filter((e) => imageName.test(e.fileName));
  const named = new Set<string>();
  for await (const { entry, bytes } of readEntries(path, images)) {
    const file = entry.fileName;
    if (bytes instanceof Error) {
      yield rowError({ file }, 'entry-corrupt', `The entry cannot be unpacked: ${bytes.message}`);
      continue;
    }
    if (metadata) {
      named.add(file);
      const described = metadata.get(file);
      if (!described)
        yield rowError({ file }, 'metadata-missing', `${metadataName} does not name this file.`);
      else yield checkRow(described, { file }, target, bytes);
      continue;
    }
    yield checkRow({ id: file, ...placeOf(file) }, { file }, target, bytes);
  }
  for (const file of metadata?.keys() ?? [])
    if (!named.has(file))
      yield rowError(
        { file },
        'file-missing',
        `${metadataName} names this file, but the archive does not hold it.`,
      );
  for (const { fileName } of entries)
    if (!imageName.test(fileName) && fileName !== metadataName)
      yield rowError(
        { file: fileName },
        'unsupported-format',
        'Only PNG, JPEG and WebP files are taken from an archive.',
      );
}

/** Label and holdout by the folders of a path. */
function placeOf(file: string): { label?: string; holdout?: boolean } {
  const folders = file.split('/').slice(0, -1);
  const isHoldout = folders[0] === 'holdout';
  const label = folders[isHoldout ? 1 : 0];
  if (label === undefined || (!isHoldout && label === 'unlabeled')) return isHoldout ? { holdout: true } : {};
  return { label, ...(isHoldout ? { holdout: true } : {}) };
}

async function readMetadata(
  path: string,
  entries: Awaited<ReturnType<typeof listEntries>>,
): Promise<Map<string, unknown> | null> {
  const entry = entries.find((e) => e.fileName === metadataName);
  if (!entry) return null;
  for await (const { bytes } of readEntries(path, [entry])) {
    if (bytes instanceof Error)
      throw new TangentError('archive-corrupt', `${metadataName} cannot be unpacked: ${bytes.message}`);
    const rows = new Map<string, unknown>();
    Buffer.from(bytes)
      .toString('utf8')
      .split(/\r?\n/)
      .forEach((line, i) => {
        if (line.trim() === '') return;
        const row = parseLine(line, i + 1);
        rows.set(row.file_name, row);
      });
    return rows;
  }
  return null;
}

function parseLine(line: string, number: number): { file_name: string } {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (cause) {
    throw new TangentError('malformed-body', `Line ${number} of ${metadataName} is not JSON.`, { cause });
  }
  if (typeof (row as { file_name?: unknown })?.file_name !== 'string')
    throw new TangentError('wrong-columns', `Line ${number} of ${metadataName} has no file_name.`);
  return row as { file_name: string };
}

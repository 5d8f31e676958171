import { TangentError } from '@tangent/contracts';
import { npyMagic } from './npy-header.js';
import { isDoccano } from './read-doccano.js';
import { readHead } from './sniff.js';
import type { ImportSource } from './source.js';

type FileFormat = Exclude<ImportSource['format'], 'folder'>;

/** What a name says of a text; of bytes that tell it themselves no name is asked. */
const byEnding: ReadonlyMap<string, FileFormat> = new Map([
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['json', 'json'],
  ['csv', 'csv'],
  ['tsv', 'csv'],
  ['txt', 'csv'],
  ['zip', 'zip'],
  ['npy', 'npy'],
]);

/**
 * The format of a file: what was asked for; else what its first bytes say (ZIP, NPY, a JSON array with or without the
 * tasks of Label Studio, lines of doccano); else what its name says. Throws unsupported-format.
 */
export async function detectFormat(path: string, fileName: string, asked?: FileFormat): Promise<FileFormat> {
  if (asked) return asked;
  const { head } = await readHead(path);
  if (head.subarray(0, 4).equals(Buffer.from([0x50, 0x4b, 3, 4]))) return 'zip';
  if (head.subarray(0, npyMagic.length).equals(npyMagic)) return 'npy';
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  const [, ending] = /\.([a-z]+)$/i.exec(fileName) ?? [];
  const named = byEnding.get(ending?.toLowerCase() ?? '');
  if (text.startsWith('[') && (named === undefined || named === 'json'))
    return hasTasks(text) ? 'label-studio' : 'json';
  if (text.startsWith('{') && (named === undefined || named === 'json' || named === 'jsonl'))
    return isDoccano(firstLine(text)) ? 'doccano' : 'jsonl';
  if (!named)
    throw new TangentError(
      'unsupported-format',
      `“${fileName}” ends in none of .jsonl, .json, .csv, .zip, .npy, and does not show what it is; rename it, or say ?format=.`,
    );
  return named;
}

/** Tasks have their fields in `data`, or (JSON-MIN) the number of their annotation beside them. */
function hasTasks(text: string): boolean {
  const first = text.slice(0, 1 << 16);
  return /"(?:annotation_id|annotations|completions|predictions|total_annotations)"\s*:/.test(first);
}

function firstLine(text: string): unknown {
  try {
    return JSON.parse(text.split('\n', 1)[0]!);
  } catch {
    return null; // the reader then says what is wrong with it
  }
}

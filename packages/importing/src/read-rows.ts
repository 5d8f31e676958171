import type { ImportFormat } from '@tangent/contracts';
import { checkCsv, readCsv } from './read-csv.js';
import { checkDoccano, readDoccano } from './read-doccano.js';
import { checkImages, readImages } from './read-images.js';
import { checkJson, readJson } from './read-json.js';
import { checkJsonl, readJsonl } from './read-jsonl.js';
import { checkLabelStudio, readLabelStudio } from './read-label-studio.js';
import { checkNpy, readNpy } from './read-npy.js';
import type { ImportSource, ReadRow } from './source.js';

interface Reader {
  readonly read: (source: ImportSource) => AsyncGenerator<readonly ReadRow[]>;
  readonly check: (source: ImportSource) => Promise<void>;
}

const readers: Readonly<Record<ImportFormat, Reader>> = {
  jsonl: { read: readJsonl, check: checkJsonl },
  json: { read: readJson, check: checkJson },
  csv: { read: readCsv, check: checkCsv },
  zip: { read: readImages, check: checkImages },
  folder: { read: readImages, check: checkImages },
  'label-studio': { read: readLabelStudio, check: checkLabelStudio },
  doccano: { read: readDoccano, check: checkDoccano },
  npy: { read: readNpy, check: checkNpy },
};

/**
 * The rows of a file, good and bad, in their order; in groups, as they are read, and in constant memory. The same file gives the same rows, so a reader
 * that was stopped goes on by passing over as many as it had. Throws what `preflight` throws, also in the middle.
 */
export function readRows(source: ImportSource): AsyncGenerator<readonly ReadRow[]> {
  return readers[source.format].read(source);
}

/**
 * Looks at a file before it is accepted: the header of a CSV or NPY, the first row of JSON, the directory of an archive,
 * all names in a folder. Throws wrong-columns, archive-unsafe, archive-corrupt, malformed-body, unsupported-format,
 * path-not-allowed.
 */
export function preflight(source: ImportSource): Promise<void> {
  return readers[source.format].check(source);
}

import type { ExportRow } from '@tangent/database';
import type { ExportContext, ExportFormatWriter } from './export-file.js';
import { type ZipEntry, zipOf } from './zip.js';

/** The splits of the datasets library of Hugging Face. */
const splits = [
  { name: 'train', isHoldout: false },
  { name: 'test', isHoldout: true },
] as const;

/**
 * The labeled images as `imagefolder` of Hugging Face datasets reads them: train/<class>/<item id>.png, held-out ones
 * under test/, and in each split a metadata.jsonl with file name, class, id, holdout and gold.
 */
export const imageFolder: ExportFormatWriter = {
  contentType: 'application/zip',
  extension: 'zip',
  types: ['image'],
  write: (context) => zipOf(filesOf(context)),
};

async function* filesOf({ source, blobs }: ExportContext): AsyncGenerator<ZipEntry, void, undefined> {
  for (const { name, isHoldout } of splits) {
    const batches = () => source.batches({ isHoldout, isLabeled: true, hasContent: false });
    let isEmpty = true;
    for await (const rows of batches())
      for (const row of rows) {
        isEmpty = false;
        yield { name: `${name}/${fileOf(row)}`, input: await blobs.get(row.mediaSha256!) };
      }
    // A second look at the same snapshot: the names of a million images are not kept.
    if (!isEmpty) yield { name: `${name}/metadata.jsonl`, input: linesOf(batches()) };
  }
}

async function* linesOf(batches: AsyncIterable<readonly ExportRow[]>): AsyncGenerator<Uint8Array> {
  for await (const rows of batches)
    yield Buffer.from(
      rows
        .map((row) => {
          const { id, externalId, label, isHoldout, isGold } = row;
          // Every row has every field: datasets wants the same columns in all splits.
          return `${JSON.stringify({ file_name: fileOf(row), label, id: externalId ?? id, holdout: isHoldout, gold: isGold })}\n`;
        })
        .join(''),
    );
}

const fileOf = ({ id, label }: ExportRow) => `${folderOf(label!)}/${id}.png`;

/**
 * The class as a name of a folder on any system: what some system forbids is percent-encoded, so that no two classes
 * share a folder and none leads out of the archive.
 */
export const folderOf = (classKey: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  classKey.replace(/[\u0000-\u001f\u007f%<>:"|?*/\\]|^\.|[. ]$/g, (character) => encoded(character));

const encoded = (character: string) =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

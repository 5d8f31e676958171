import type { RowError } from '@tangent/contracts';
import type { NewItem } from '@tangent/database';
import {
  ImageError,
  isDrawnForHoldout,
  normaliseImage,
  type ReadRow,
  textHash,
  vectorHash,
} from '@tangent/importing';
import type { BlobStore } from '@tangent/storage';

export type ItemResult =
  | { readonly kind: 'item'; readonly item: NewItem }
  | { readonly kind: 'error'; readonly error: RowError };

type GoodRow = Extract<ReadRow, { kind: 'row' }>;

export interface ItemOptions {
  readonly blobs: BlobStore;
  readonly isDryRun: boolean;
  /** Of the labeled rows that say nothing of it. */
  readonly holdoutShare: number;
}

/**
 * A row as it is inserted; its image is decoded, and stored unless this is a dry run. Only an image is waited for: a
 * promise for each of a million texts would take as long as reading them.
 */
export function toItem(read: GoodRow, options: ItemOptions): ItemResult | Promise<ItemResult> {
  const { row, image } = read;
  const { id: externalId, data, label: classKey, gold: isGold } = row;
  if (image) return imageItem(read, image, { externalId, data, classKey, isGold }, options);
  // Written out, not spread: a million copies of `shared` would take longer than all the hashes.
  if (!row.vector) {
    const contentHash = textHash(row.text!);
    const isHoldout = isHeldOut(row, contentHash, options);
    return {
      kind: 'item',
      item: { externalId, contentHash, text: row.text, data, classKey, isHoldout, isGold },
    };
  }
  const vector = Float32Array.from(row.vector);
  const contentHash = vectorHash(vector);
  const isHoldout = isHeldOut(row, contentHash, options);
  return { kind: 'item', item: { externalId, contentHash, vector, data, classKey, isHoldout, isGold } };
}

/** What the row says, else by lot where it has a label. */
const isHeldOut = (
  { label, holdout }: GoodRow['row'],
  contentHash: string,
  { holdoutShare }: ItemOptions,
): boolean => holdout ?? (label !== undefined && isDrawnForHoldout(contentHash, holdoutShare));

async function imageItem(
  { line, record, file, row }: GoodRow,
  image: Uint8Array,
  shared: Omit<NewItem, 'contentHash'>,
  options: ItemOptions,
): Promise<ItemResult> {
  try {
    const { png, width, height, channels, contentHash } = await normaliseImage(image);
    const sha256 = options.isDryRun ? contentHash : (await options.blobs.put(png)).key;
    const media = { sha256, mimeType: 'image/png', width, height, channels, numBytes: png.byteLength };
    const isHoldout = isHeldOut(row, contentHash, options);
    return { kind: 'item', item: { ...shared, contentHash, media, isHoldout } };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    const place = {
      ...(line !== undefined && { line }),
      ...(record !== undefined && { record }),
      ...(file !== undefined && { file }),
    };
    return { kind: 'error', error: { ...place, code: error.code, detail: error.message } };
  }
}

import type { RowError } from '@tangent/contracts';
import type { NewItem } from '@tangent/database';
import { ImageError, normaliseImage, type ReadRow, textHash, vectorHash } from '@tangent/importing';
import type { BlobStore } from '@tangent/storage';

export type ItemResult =
  | { readonly kind: 'item'; readonly item: NewItem }
  | { readonly kind: 'error'; readonly error: RowError };

type GoodRow = Extract<ReadRow, { kind: 'row' }>;

/**
 * A row as it is inserted; its image is decoded, and stored unless this is a dry run. Only an image is waited for: a
 * promise for each of a million texts would take as long as reading them.
 */
export function toItem(
  read: GoodRow,
  options: { readonly blobs: BlobStore; readonly isDryRun: boolean },
): ItemResult | Promise<ItemResult> {
  const { row, image } = read;
  const { id: externalId, data, label: classKey, holdout: isHoldout } = row;
  if (image) return imageItem(read, image, { externalId, data, classKey, isHoldout }, options);
  // Written out, not spread: a million copies of `shared` would take longer than all the hashes.
  if (!row.vector) {
    const contentHash = textHash(row.text!);
    return { kind: 'item', item: { externalId, contentHash, text: row.text, data, classKey, isHoldout } };
  }
  const vector = Float32Array.from(row.vector);
  return {
    kind: 'item',
    item: { externalId, contentHash: vectorHash(vector), vector, data, classKey, isHoldout },
  };
}

async function imageItem(
  { line, record, file }: GoodRow,
  image: Uint8Array,
  shared: Omit<NewItem, 'contentHash'>,
  { blobs, isDryRun }: { readonly blobs: BlobStore; readonly isDryRun: boolean },
): Promise<ItemResult> {
  try {
    const { png, width, height, channels, contentHash } = await normaliseImage(image);
    const sha256 = isDryRun ? contentHash : (await blobs.put(png)).key;
    const media = { sha256, mimeType: 'image/png', width, height, channels, numBytes: png.byteLength };
    return { kind: 'item', item: { ...shared, contentHash, media } };
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

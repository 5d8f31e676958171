import { createHash } from 'node:crypto';
import sharp from 'sharp';

/** 50 megapixels: more is refused before it is decoded. */
const maxPixels = 50_000_000;

/** An image as it is kept: PNG without metadata, upright, 1 channel when it is gray, else 3 or 4. */
export interface NormalImage {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** SHA-256 of size and pixels: the same picture in another file format is the same item. */
  readonly contentHash: string;
}

export class ImageError extends Error {
  override readonly name = 'ImageError';
  readonly code = 'image-corrupt';
}

/**
 * Decodes PNG, JPEG or WebP by its content, whatever its name, and encodes it anew, so that nothing of an upload but its
 * pixels is ever served. Throws ImageError.
 */
export async function normaliseImage(bytes: Uint8Array): Promise<NormalImage> {
  try {
    const image = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' });
    const { format, space } = await image.metadata();
    if (format !== 'png' && format !== 'jpeg' && format !== 'webp')
      throw new ImageError(`The image is ${format ?? 'of an unknown format'}; PNG, JPEG and WebP are taken.`);
    const upright = image.rotate();
    const pixels =
      space === 'b-w' || space === 'grey16'
        ? upright.toColourspace('b-w').removeAlpha()
        : upright.toColourspace('srgb');
    const { data, info } = await pixels.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const png = await sharp(data, { raw: { width, height, channels } })
      .png({ compressionLevel: 6 })
      .toBuffer();
    const contentHash = createHash('sha256')
      .update(`image ${width} ${height} ${channels}\n`)
      .update(data)
      .digest('hex');
    return { png, width, height, channels, contentHash };
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw new ImageError(`The image cannot be decoded: ${(cause as Error).message.split('\n')[0]}`, {
      cause,
    });
  }
}

/** The pixels of a normalised image as bytes, resized when asked to, in 1 or 3 channels. */
export async function decodePixels(
  png: Uint8Array,
  shape: { readonly width: number; readonly height: number; readonly channels: 1 | 3 },
): Promise<Uint8Array> {
  const { width, height, channels } = shape;
  const resized = sharp(png, { limitInputPixels: maxPixels })
    .resize(width, height, { fit: 'fill' })
    .removeAlpha();
  return (channels === 1 ? resized.toColourspace('b-w') : resized.toColourspace('srgb')).raw().toBuffer();
}

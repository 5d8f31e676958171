import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { pixelBudget } from './pixel-budget.js';

/** 50 megapixels: more is refused before it is decoded. */
const maxPixels = 50_000_000;

// Many small and different images: a thread each, and nothing to find again.
sharp.concurrency(1);
sharp.cache(false);

/** An image takes its pixels while it is decoded, so many small ones run at once, and a large one alone. */
const budget = pixelBudget(maxPixels);

/** An image as it is kept: PNG without metadata, upright, 1 channel when it is gray, else 3, or 4 where something shines through. */
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
 * Decodes PNG, JPEG, WebP or the first frame of a GIF by its content, whatever its name, and encodes it anew, so that
 * nothing of an upload but its pixels is ever served. Throws ImageError.
 */
export async function normaliseImage(bytes: Uint8Array): Promise<NormalImage> {
  if (!isKnownFormat(bytes))
    throw new ImageError('The file is no PNG, JPEG, WebP or GIF, whatever its name says.');
  try {
    const { width = 0, height = 0, space } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (width * height > maxPixels)
      throw new ImageError(
        `The image has ${width} × ${height} pixels; ${maxPixels} are allowed: make it smaller.`,
      );
    return await budget.during(width * height, () => encode(bytes, space === 'b-w' || space === 'grey16'));
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw new ImageError(`The image cannot be decoded: ${(cause as Error).message.split('\n')[0]}.`, {
      cause,
    });
  }
}

async function encode(bytes: Uint8Array, isGray: boolean): Promise<NormalImage> {
  const upright = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' }).autoOrient();
  const pixels = isGray ? upright.removeAlpha().toColourspace('b-w') : upright.toColourspace('srgb');
  const decoded = await pixels.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height } = decoded.info;
  const isOpaque = decoded.info.channels === 4 && isFull(decoded.data);
  const data = isOpaque ? withoutAlpha(decoded.data) : decoded.data;
  const channels = isOpaque ? 3 : decoded.info.channels;
  const png = await sharp(data, { raw: { width, height, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb') // else gray would become three equal channels
    .png()
    .toBuffer();
  const contentHash = createHash('sha256')
    .update(`image ${width} ${height} ${channels}\n`)
    .update(data)
    .digest('hex');
  return { png, width, height, channels, contentHash };
}

/** Whether an alpha channel says nothing: GIFs always have one. */
function isFull(rgba: Uint8Array): boolean {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return false;
  return true;
}

function withoutAlpha(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    rgb[to++] = rgba[from]!;
    rgb[to++] = rgba[from + 1]!;
    rgb[to++] = rgba[from + 2]!;
  }
  return rgb;
}

/** By the first bytes: nothing else, SVG with its references least of all, reaches a decoder. */
function isKnownFormat(bytes: Uint8Array): boolean {
  const hex = Buffer.from(bytes.subarray(0, 12)).toString('hex');
  return /^(89504e470d0a1a0a|ffd8ff|47494638(37|39)61|52494646.{8}57454250)/.test(hex);
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

// Images as gzipped bytes: `raw` pixels as they are, or the residuals of a predictor, which compress better.
// n images, height h, width w.

import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { ImageEncoding } from './set-meta.js';

export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Pixels [n, height, width, channels] of one gzipped shard. `med`: residuals of the median edge detector of LOCO-I
 * (Weinberger et al. 2000), modulo 256, in planes [channels, n, height, width]; `med-subg`: such planes of G, R − G and
 * B − G. Throws for bytes that are too few or whose sha256 is another.
 */
export function decodeImages(
  packed: Uint8Array,
  options: {
    readonly encoding: ImageEncoding;
    readonly n: number;
    readonly shape: ImageShape;
    readonly sha256?: string;
  },
): Uint8Array {
  const { encoding, n, shape, sha256 } = options;
  const bytes = new Uint8Array(gunzipSync(packed));
  const plane = n * shape.height * shape.width;
  if (bytes.length !== plane * shape.channels)
    throw new RangeError(
      `${bytes.length} bytes do not make ${n} images of ${Object.values(shape).join('×')}`,
    );
  const pixels = encoding === 'raw' ? bytes : undoPrediction(bytes, encoding, plane, shape);
  if (sha256 !== undefined) {
    const found = createHash('sha256').update(pixels).digest('hex');
    if (found !== sha256) throw new Error(`the images have sha256 ${found} instead of ${sha256}`);
  }
  return pixels;
}

function undoPrediction(
  bytes: Uint8Array,
  encoding: 'med' | 'med-subg',
  plane: number,
  { height, width, channels }: ImageShape,
): Uint8Array {
  const planes = Array.from({ length: channels }, (_, c) => bytes.subarray(c * plane, (c + 1) * plane));
  for (const values of planes) undoMedianPredictionInPlace(values, height, width);
  const pixels = new Uint8Array(bytes.length);
  if (encoding === 'med') {
    planes.forEach((values, c) => {
      for (let i = 0; i < plane; i++) pixels[i * channels + c] = values[i]!;
    });
    return pixels;
  }
  const [green, red, blue] = planes as [Uint8Array, Uint8Array, Uint8Array];
  // A Uint8Array wraps modulo 256 by itself.
  for (let i = 0, at = 0; i < plane; i++, at += 3) {
    pixels[at] = red[i]! + green[i]!;
    pixels[at + 1] = green[i]!;
    pixels[at + 2] = blue[i]! + green[i]!;
  }
  return pixels;
}

/** values: [images, height, width]. The first row is predicted by the left, the first column by the one above. */
function undoMedianPredictionInPlace(values: Uint8Array, height: number, width: number): void {
  for (let image = 0; image < values.length; image += height * width) {
    for (let x = 1; x < width; x++) values[image + x]! += values[image + x - 1]!;
    for (let y = 1; y < height; y++) {
      let at = image + y * width;
      values[at]! += values[at - width]!;
      for (let x = 1; x < width; x++) {
        at++;
        const left = values[at - 1]!;
        const above = values[at - width]!;
        const corner = values[at - width - 1]!;
        const high = Math.max(left, above);
        const low = Math.min(left, above);
        values[at]! += corner >= high ? low : corner <= low ? high : left + above - corner;
      }
    }
  }
}

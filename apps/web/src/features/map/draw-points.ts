import type { MapPoints } from './map-points';
import type { MapView } from './map-view';

export type Rgb = readonly [red: number, green: number, blue: number];

export interface Drawing {
  readonly points: MapPoints;
  readonly groupOf: Uint8Array;
  /** Colour of each group; null: it is not shown. */
  readonly colours: readonly (Rgb | null)[];
  readonly ground: Rgb;
  readonly ink: Rgb;
  /** In pixels of the image. */
  readonly view: MapView;
  readonly radius: number;
  /** Points with a ring, drawn above the others. */
  readonly isRinged: (i: number) => boolean;
}

/**
 * Draws all points into an image, pixel by pixel: a hundred thousand of them take some milliseconds, where as many calls of
 * a canvas would take a frame or more.
 */
export function drawPoints(image: Pick<ImageData, 'data' | 'width' | 'height'>, drawing: Drawing): void {
  const { points, groupOf, colours, ground, ink, view, radius, isRinged } = drawing;
  const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, image.width * image.height);
  pixels.fill(packed(ground));
  const { x, y } = points;
  const dot = discOf(radius, 0.8);
  const ring = discOf(1.35 * radius + 1.6, 1);
  const inner = discOf(1.35 * radius, 1);
  const ringed: number[] = [];
  for (let i = 0; i < x.length; i += 1) {
    const colour = colours[groupOf[i]!];
    if (!colour) continue;
    if (isRinged(i)) ringed.push(i);
    else stamp(pixels, image, dot, x[i]! * view.scale + view.left, y[i]! * view.scale + view.top, colour);
  }
  for (const i of ringed) {
    const [px, py] = [x[i]! * view.scale + view.left, y[i]! * view.scale + view.top];
    stamp(pixels, image, ring, px, py, ink);
    stamp(pixels, image, inner, px, py, colours[groupOf[i]!]!);
  }
}

interface Disc {
  readonly reach: number;
  /** 0 … 256, [2 reach + 1, 2 reach + 1]. */
  readonly cover: Uint16Array;
}

/** A disc with soft edges. */
function discOf(radius: number, opacity: number): Disc {
  const reach = Math.ceil(radius);
  const side = 2 * reach + 1;
  const cover = Uint16Array.from({ length: side * side }, (_, at) => {
    const distance = Math.hypot((at % side) - reach, Math.floor(at / side) - reach);
    return Math.round(256 * opacity * Math.min(1, Math.max(0, radius + 0.5 - distance)));
  });
  return { reach, cover };
}

function stamp(
  pixels: Uint32Array,
  { width, height }: { readonly width: number; readonly height: number },
  { reach, cover }: Disc,
  x: number,
  y: number,
  [red, green, blue]: Rgb,
): void {
  const left = Math.round(x) - reach;
  const top = Math.round(y) - reach;
  const side = 2 * reach + 1;
  if (left >= width || top >= height || left + side <= 0 || top + side <= 0) return;
  const [fromColumn, toColumn] = [Math.max(0, -left), Math.min(side, width - left)];
  const [fromRow, toRow] = [Math.max(0, -top), Math.min(side, height - top)];
  for (let row = fromRow; row < toRow; row += 1) {
    const start = (top + row) * width + left;
    for (let column = fromColumn; column < toColumn; column += 1) {
      const a = cover[row * side + column]!;
      if (a === 0) continue;
      const below = pixels[start + column]!;
      const [r, g, b] = [below & 255, (below >>> 8) & 255, (below >>> 16) & 255];
      pixels[start + column] =
        0xff000000 |
        ((b + (((blue - b) * a) >> 8)) << 16) |
        ((g + (((green - g) * a) >> 8)) << 8) |
        (r + (((red - r) * a) >> 8));
    }
  }
}

/** As little-endian machines read four bytes red, green, blue, opaque. */
const packed = ([red, green, blue]: Rgb): number => (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;

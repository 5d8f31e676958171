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
  const inks = colours.map((colour) => (colour === null ? -1 : packed(colour)));
  const { scale, left, top } = view;
  const ringed: number[] = [];
  for (let i = 0; i < x.length; i += 1) {
    const colour = inks[groupOf[i]!]!;
    if (colour < 0) continue;
    if (isRinged(i)) ringed.push(i);
    else stamp(pixels, image, dot, x[i]! * scale + left, y[i]! * scale + top, colour);
  }
  for (const i of ringed) {
    const px = x[i]! * scale + left;
    const py = y[i]! * scale + top;
    stamp(pixels, image, ring, px, py, packed(ink));
    stamp(pixels, image, inner, px, py, inks[groupOf[i]!]!);
  }
}

interface Disc {
  readonly reach: number;
  /** The pixels that it covers, as steps right and down from its middle, and how far: 1 … 256. */
  readonly right: Int32Array;
  readonly down: Int32Array;
  readonly cover: Int32Array;
}

/** A disc with soft edges. */
function discOf(radius: number, opacity: number): Disc {
  const reach = Math.ceil(radius);
  const side = 2 * reach + 1;
  const pixels = Array.from({ length: side * side }, (_, at) => {
    const [right, down] = [(at % side) - reach, Math.floor(at / side) - reach];
    const inside = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(right, down)));
    return { right, down, cover: Math.round(256 * opacity * inside) };
  }).filter(({ cover }) => cover > 0);
  return {
    reach,
    right: Int32Array.from(pixels, ({ right }) => right),
    down: Int32Array.from(pixels, ({ down }) => down),
    cover: Int32Array.from(pixels, ({ cover }) => cover),
  };
}

/** Blends the disc over what is there, red with blue and green, as one product each. */
function stamp(
  pixels: Uint32Array,
  { width, height }: { readonly width: number; readonly height: number },
  { reach, right, down, cover }: Disc,
  x: number,
  y: number,
  colour: number,
): void {
  const column = Math.round(x);
  const row = Math.round(y);
  if (column + reach < 0 || row + reach < 0 || column - reach >= width || row - reach >= height) return;
  const isWhole = column >= reach && row >= reach && column + reach < width && row + reach < height;
  const redBlue = colour & 0xff00ff;
  const green = colour & 0x00ff00;
  for (let i = 0; i < cover.length; i += 1) {
    const px = column + right[i]!;
    const py = row + down[i]!;
    if (!isWhole && (px < 0 || py < 0 || px >= width || py >= height)) continue;
    const at = py * width + px;
    const below = pixels[at]!;
    const a = cover[i]!;
    const rest = 256 - a;
    pixels[at] =
      0xff000000 |
      (((Math.imul(below & 0xff00ff, rest) + Math.imul(redBlue, a)) >>> 8) & 0xff00ff) |
      (((Math.imul(below & 0x00ff00, rest) + Math.imul(green, a)) >>> 8) & 0x00ff00);
  }
}

/** As little-endian machines read four bytes red, green, blue, opaque. */
const packed = ([red, green, blue]: Rgb): number => (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;

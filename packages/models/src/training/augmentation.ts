import type { Random } from '@tangent/compute';

/** How far an image may be moved in a step of training: what a person would not call another class. */
export interface Augmentation {
  /** Along each axis, a share of the side: uniform in ± this. */
  readonly shift: number;
  /** Uniform in ± so many degrees. */
  readonly rotation: number;
  /** log of the factor of size: uniform in ± log(1 + this). */
  readonly scale: number;
  /** Left and right are swapped in half of the draws: not for digits and letters. */
  readonly mirror: boolean;
}

/**
 * Images moved at random, each by a map of its own about its centre: mirrored, turned, made larger or smaller, shifted
 * (Simard, Steinkraus & Platt 2003, the affine part). Pixels between pixels are interpolated bilinearly; what comes from
 * beyond the border has the colour of the border. x: [n, height, width, channels] float32, left as it is; returns the
 * same shape. Draws from `random` in the order of the images. Cost O(n · height · width · channels).
 */
export function augmentImages(
  x: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  { shift, rotation, scale, mirror }: Augmentation,
  random: Random,
): Float32Array {
  const size = height * width * channels;
  const moved = new Float32Array(x.length);
  const within = (limit: number) => limit * (2 * random.uniform() - 1);
  const [centreY, centreX] = [(height - 1) / 2, (width - 1) / 2];
  for (let from = 0; from < x.length; from += size) {
    const angle = within((rotation * Math.PI) / 180);
    const factor = Math.exp(within(Math.log1p(scale)));
    const [shiftY, shiftX] = [within(shift * height), within(shift * width)];
    const flip = mirror && random.sign() < 0 ? -1 : 1;
    const [cos, sin] = [Math.cos(angle) / factor, Math.sin(angle) / factor];
    for (let y = 0; y < height; y++)
      for (let c = 0; c < width; c++) {
        // Where this pixel comes from.
        const [dy, dx] = [y - centreY - shiftY, c - centreX - shiftX];
        const sourceY = clamp(centreY + cos * dy - sin * dx, height - 1);
        const sourceX = clamp(centreX + flip * (sin * dy + cos * dx), width - 1);
        const [top, left] = [Math.floor(sourceY), Math.floor(sourceX)];
        const [below, right] = [Math.min(top + 1, height - 1), Math.min(left + 1, width - 1)];
        const [wy, wx] = [sourceY - top, sourceX - left];
        for (let channel = 0; channel < channels; channel++) {
          const at = (row: number, column: number) => x[from + (row * width + column) * channels + channel]!;
          const upper = at(top, left) * (1 - wx) + at(top, right) * wx;
          const lower = at(below, left) * (1 - wx) + at(below, right) * wx;
          moved[from + (y * width + c) * channels + channel] = upper * (1 - wy) + lower * wy;
        }
      }
  }
  return moved;
}

const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);

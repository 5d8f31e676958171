import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

// The ten colours of classes, as globals.css has them, for eyes of four kinds.

type Three = readonly [number, number, number];
const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8');
const inks = [...css.matchAll(/--map-class-\d: light-dark\((#\w{6}), (#\w{6})\)/g)];
const grounds = /--sunken: light-dark\(oklch\(([\d.]+) [^)]*\), oklch\(([\d.]+) /.exec(css)!;
const themes = { light: 1, dark: 2 } as const;

const linear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const rgbOf = (hex: string): Three =>
  [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255)) as unknown as Three;
const luminance = ([r, g, b]: Three): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** Machado, Oliveira & Fernandes 2009, severity 1, in linear RGB. */
const eyes: Readonly<Record<string, readonly Three[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const seenBy = (rows: readonly Three[], [r, g, b]: Three): Three =>
  rows.map((row) => Math.min(1, Math.max(0, row[0] * r + row[1] * g + row[2] * b))) as unknown as Three;

/** CIE L*a*b*, D65. */
function lab(rgb: Three): Three {
  const [r, g, b] = rgb;
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(luminance(rgb));
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

describe.each(Object.keys(themes) as (keyof typeof themes)[])('%s', (theme) => {
  const colours = inks.map((found) => rgbOf(found[themes[theme]]!));

  test('ten colours stand out from the ground by 3:1', () => {
    expect(colours).toHaveLength(10);
    // The ground is nearly grey: of a grey the luminance is the cube of its OKLCH lightness.
    const ground = Number(grounds[themes[theme]]) ** 3;
    for (const colour of colours) {
      const [dark, light] = [luminance(colour), ground].sort((a, b) => a - b) as [number, number];
      expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(3);
    }
  });

  test.each(Object.entries(eyes))('no two are alike for eyes with %s (ΔE*ab ≥ 20)', (_, rows) => {
    const seen = colours.map((colour) => lab(seenBy(rows, colour)));
    const distances = seen.flatMap((a, i) =>
      seen.slice(0, i).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])),
    );
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(20);
  });
});

import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodePixels, ImageError, normaliseImage } from './images.js';
import { pixelBudget } from './pixel-budget.js';
import { picture } from './testing/files.js';

const metadataOf = (bytes: Uint8Array) => sharp(bytes).metadata();

describe('normaliseImage', () => {
  test('the same pixels in PNG, WebP and GIF are one item, whatever else the files say', async () => {
    const flat = sharp({ create: { width: 9, height: 7, channels: 3, background: '#204060' } });
    const files = await Promise.all([
      flat.clone().png({ compressionLevel: 0 }).toBuffer(),
      flat
        .clone()
        .png({ palette: true })
        .withExif({ IFD0: { Copyright: 'somebody' } })
        .toBuffer(),
      flat.clone().webp({ lossless: true }).toBuffer(),
      flat.clone().gif().toBuffer(),
    ]);
    const images = await Promise.all(files.map(normaliseImage));
    expect(new Set(images.map(({ contentHash }) => contentHash)).size).toBe(1);
    for (const { png, ...shape } of images) {
      expect(shape).toMatchObject({ width: 9, height: 7, channels: 3 });
      const { exif, icc, format } = await metadataOf(png);
      expect({ exif, icc, format }).toEqual({ exif: undefined, icc: undefined, format: 'png' });
    }
  });

  test('another pixel, or the same ones in another shape, is another item', async () => {
    const hash = async (pixels: number[], width: number) => {
      const raw = { width, height: pixels.length / width, channels: 1 as const };
      const file = await sharp(Uint8Array.from(pixels), { raw }).png().toBuffer();
      return (await normaliseImage(file)).contentHash;
    };
    const hashes = [await hash([0, 9, 9, 0], 2), await hash([0, 9, 9, 1], 2), await hash([0, 9, 9, 0], 4)];
    expect(new Set(hashes).size).toBe(3);
  });

  test('gray stays gray, of 8 and of 16 bits, with and without alpha, and keeps its pixels', async () => {
    const values = [0, 1, 127, 128, 254, 255];
    const gray8 = sharp(Uint8Array.from(values), { raw: { width: 3, height: 2, channels: 1 } });
    const gray16 = sharp(
      Uint16Array.from(values, (v) => v * 257),
      { raw: { width: 3, height: 2, channels: 1 } },
    );
    for (const file of [
      await gray8.clone().toColourspace('b-w').png().toBuffer(),
      await gray8.clone().toColourspace('b-w').jpeg({ quality: 100 }).toBuffer(),
      await gray8.clone().toColourspace('b-w').ensureAlpha().png().toBuffer(),
      await gray16.toColourspace('grey16').png().toBuffer(),
    ]) {
      const { png, channels } = await normaliseImage(file);
      expect(channels).toBe(1);
      expect((await metadataOf(png)).channels).toBe(1);
      const pixels = [...(await decodePixels(png, { width: 3, height: 2, channels: 1 }))];
      for (const [i, value] of values.entries()) expect(Math.abs(pixels[i]! - value)).toBeLessThanOrEqual(2);
    }
  });

  test('a photograph is turned upright as its EXIF says', async () => {
    const file = await picture(6, 4).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await normaliseImage(file)).toMatchObject({ width: 4, height: 6, channels: 3 });
  });

  test('of an animation the first frame is taken', async () => {
    const frame = (value: number) => Buffer.alloc(5 * 4 * 3, value);
    const file = await sharp(Buffer.concat([frame(0), frame(255)]), {
      raw: { width: 5, height: 8, channels: 3, pageHeight: 4 },
    })
      .gif()
      .toBuffer();
    const { png, width, height } = await normaliseImage(file);
    expect([width, height]).toEqual([5, 4]);
    expect(new Set(await decodePixels(png, { width: 5, height: 4, channels: 1 }))).toEqual(new Set([0]));
  });

  test('transparency is kept', async () => {
    expect(await normaliseImage(await picture(4, 4, 4).png().toBuffer())).toMatchObject({ channels: 4 });
  });

  test.each([
    ['cut off', async () => (await picture(64, 64).png().toBuffer()).subarray(0, 500)],
    ['with a flipped byte', async () => flip(await picture(64, 64).png().toBuffer(), 500)],
    ['of nothing but a signature', async () => Buffer.from('89504e470d0a1a0a', 'hex')],
    ['of SVG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')],
    ['of TIFF', async () => picture(4, 4).tiff().toBuffer()],
    ['of text', async () => Buffer.from('not an image')],
    ['of nothing', async () => Buffer.alloc(0)],
  ])('an image %s is refused', async (_, make) => {
    const refused = normaliseImage(await make());
    await expect(refused).rejects.toThrow(ImageError);
    await expect(refused).rejects.toMatchObject({ code: 'image-corrupt' });
  });

  test('an image of more pixels than allowed is refused before it is decoded', async () => {
    const huge = await sharp({ create: { width: 8000, height: 8000, channels: 3, background: 'black' } })
      .png()
      .toBuffer();
    expect(huge.byteLength).toBeLessThan(1e6);
    await expect(normaliseImage(huge)).rejects.toThrow(/8000 × 8000 pixels; 50000000 are allowed/);
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0xff;
  return copy;
}

test('decodePixels resizes and gives as many channels as asked for', async () => {
  const { png } = await normaliseImage(await picture(10, 6, 4).png().toBuffer());
  expect(await decodePixels(png, { width: 5, height: 3, channels: 3 })).toHaveLength(45);
  expect(await decodePixels(png, { width: 28, height: 28, channels: 1 })).toHaveLength(784);
});

test('no more pixels are under way than the budget has, in the order of asking, and a large one goes alone', async () => {
  const budget = pixelBudget(10);
  let numUsed = 0;
  let most = 0;
  const order: number[] = [];
  const work = (numPixels: number) =>
    budget.during(numPixels, async () => {
      order.push(numPixels);
      numUsed += numPixels;
      most = Math.max(most, numUsed === numPixels ? 0 : numUsed);
      await new Promise((resolve) => setImmediate(resolve));
      numUsed -= numPixels;
    });
  const failing = budget.during(4, () => Promise.reject(new Error('gives its pixels back')));
  await expect(Promise.all([failing, ...[4, 4, 50, 3, 3, 3, 10].map(work)])).rejects.toThrow(
    'gives its pixels back',
  );
  await work(10);
  expect(order).toEqual([4, 4, 50, 3, 3, 3, 10, 10]);
  expect(most).toBe(9);
});

import type { ItemContentRecord } from '@tangent/database';
import { decodePixels } from '@tangent/importing';
import type { BlobStore } from '@tangent/storage';
import { LRUCache } from 'lru-cache';

export interface PixelShape {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** Decodes images to numbers in [0, 1]; what was decoded lately is kept, since a round reads each image twice. */
export interface PixelLoader {
  /** [items, height·width·channels] float32. */
  load(items: readonly ItemContentRecord[], shape: PixelShape): Promise<Float32Array>;
}

const cacheBytes = 256 * 1024 * 1024;
const atOnce = 16;

export function pixelLoader(blobs: BlobStore): PixelLoader {
  const cache = new LRUCache<string, Uint8Array>({
    maxSize: cacheBytes,
    sizeCalculation: (pixels) => pixels.byteLength + 128,
  });
  return {
    async load(items, shape) {
      const { width, height, channels } = shape;
      const size = width * height * channels;
      const rows = new Float32Array(items.length * size);
      let next = 0;
      const worker = async () => {
        while (next < items.length) {
          const i = next++;
          const key = items[i]!.media!.sha256;
          const cacheKey = `${key} ${width} ${height} ${channels}`;
          let pixels = cache.get(cacheKey);
          if (!pixels) {
            pixels = await decodePixels(await blobs.get(key), { width, height, channels });
            cache.set(cacheKey, pixels);
          }
          for (let p = 0; p < size; p++) rows[i * size + p] = pixels[p]! / 255;
        }
      };
      await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
      return rows;
    },
  };
}

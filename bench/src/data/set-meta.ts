import { readFileSync } from 'node:fs';
import path from 'node:path';

export type ImageEncoding = 'raw' | 'med' | 'med-subg';

/** One gzipped file of images. */
export interface ImageShard {
  readonly file: string;
  readonly n: number;
  readonly encoding: ImageEncoding;
  /** Of the pixels. */
  readonly sha256: string;
}

/** What meta.json says of a data set, as far as it is read. */
export interface SetMeta {
  readonly name: string;
  readonly classes: readonly string[];
  readonly layout:
    | {
        readonly kind: 'images';
        readonly height: number;
        readonly width: number;
        readonly channels: number;
        readonly shards: readonly ImageShard[];
        readonly labelFiles: readonly string[];
      }
    | {
        readonly kind: 'texts' | 'numbers';
        readonly files: readonly { readonly file: string; readonly n: number }[];
      };
}

/** Reads and checks DIR/meta.json. Throws an error that names the file and the field. */
export function readMeta(dir: string): SetMeta {
  const file = path.join(dir, 'meta.json');
  const meta = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const wrong = (field: string) => new Error(`${file}: ${field} is missing or not what it should be`);
  const list = (field: string): Record<string, unknown>[] => {
    const value = meta[field];
    if (!Array.isArray(value)) throw wrong(field);
    return value as Record<string, unknown>[];
  };
  if (typeof meta.name !== 'string') throw wrong('name');
  const classes = list('classes') as unknown as string[];
  if (meta.images === undefined) {
    const files = list('files').map(({ file: name, n }) => {
      if (typeof name !== 'string' || typeof n !== 'number') throw wrong('files');
      return { file: name, n };
    });
    const kind = files.every(({ file: name }) => name.endsWith('.csv.gz')) ? 'numbers' : 'texts';
    return { name: meta.name, classes, layout: { kind, files } };
  }
  const shape = meta.shape as number[];
  if (!Array.isArray(shape) || shape.length < 2) throw wrong('shape');
  const shards = list('images').map((shard): ImageShard => {
    const { file: name, n, encoding, sha256_decoded: sha256 } = shard;
    if (typeof name !== 'string' || typeof n !== 'number' || typeof sha256 !== 'string')
      throw wrong('images');
    if (encoding !== 'raw' && encoding !== 'med' && encoding !== 'med-subg') throw wrong('images[].encoding');
    return { file: name, n, encoding, sha256 };
  });
  return {
    name: meta.name,
    classes,
    layout: {
      kind: 'images',
      height: shape[0]!,
      width: shape[1]!,
      channels: shape[2] ?? 1,
      shards,
      labelFiles: list('labels').map(({ file: name }) => String(name)),
    },
  };
}

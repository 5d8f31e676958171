import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import yauzl from 'yauzl';
import { ZipFile } from 'yazl';

/** An archive of names and contents. */
export async function zipOf(entries: Iterable<readonly [name: string, content: Uint8Array]>): Promise<Blob> {
  const archive = new ZipFile();
  for (const [name, content] of entries)
    archive.addBuffer(Buffer.from(content), name, { compress: false, mtime: new Date(0) });
  archive.end();
  return new Blob([await buffer(archive.outputStream)]);
}

/** A gray picture of 8 × 8 pixels: every number gives another one. */
export const numberedPicture = (n: number): Promise<Buffer> =>
  sharp(
    Uint8Array.from({ length: 64 }, (_, i) => (i < 4 ? (n >> (8 * i)) & 255 : (i * 29) % 256)),
    { raw: { width: 8, height: 8, channels: 1 } },
  )
    .toColourspace('b-w')
    .png()
    .toBuffer();

/** The files of an archive by their names, checksums checked. */
export async function unzip(archive: Blob): Promise<Map<string, Buffer>> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(await archive.arrayBuffer()));
  const files = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry())
    files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  return files;
}

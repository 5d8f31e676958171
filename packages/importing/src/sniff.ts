import { open } from 'node:fs/promises';
import { TangentError } from '@tangent/contracts';

/** The first bytes of a file, at most 1 MiB. */
export async function readHead(path: string): Promise<{ head: Buffer; isWhole: boolean }> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1 << 20), 0, 1 << 20, 0);
    const { size } = await file.stat();
    return { head: buffer.subarray(0, bytesRead), isWhole: size === bytesRead };
  } finally {
    await file.close();
  }
}

/** Throws unsupported-format or malformed-body when these cannot be the first bytes of a text in UTF-8. */
export function assertText(head: Buffer, isWhole: boolean, format: string): string {
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (starts(0x50, 0x4b, 3, 4)) throw notThat('a ZIP archive', format, 'Say ?format=zip, or name it .zip.');
  if (starts(0x1f, 0x8b)) throw notThat('compressed with gzip', format, 'Unpack it first.');
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff)) throw notUtf8('it is UTF-16');
  if (head.includes(0)) throw notThat('binary', format, 'Send JSONL, CSV, or a ZIP of images.');
  try {
    // The last character of a part may be cut in two.
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: !isWhole });
  } catch (cause) {
    throw notUtf8('it holds other bytes', cause);
  }
}

const notThat = (is: string, format: string, wayOut: string) =>
  new TangentError('unsupported-format', `The file is ${is}, not ${format}. ${wayOut}`);

export const notUtf8 = (why: string, cause?: unknown) =>
  new TangentError('malformed-body', `The file is not UTF-8: ${why}. Save it as UTF-8.`, { cause });

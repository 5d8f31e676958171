import { createReadStream } from 'node:fs';
import { notUtf8 } from './sniff.js';

/** A file in UTF-8 as text, part by part, its byte order mark kept. Throws malformed-body where it is not UTF-8. */
export async function* decodeText(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }))
      yield decoder.decode(chunk as Buffer, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw error instanceof TypeError ? notUtf8('it holds other bytes', error) : error;
  }
}

import { createReadStream } from 'node:fs';

export const maxLineBytes = 32 * 1024 * 1024;
/** Between two of them what else the process does gets its turn: an import that reads on while it writes, say. */
const chunkBytes = 1 << 16;

/** A line as its bytes, without its end; `bytes` is null when there are more than `maxLineBytes`. */
export interface Line {
  readonly number: number;
  readonly bytes: Buffer | null;
  readonly numBytes: number;
}

/**
 * The lines of a file, ended by LF or CRLF (and by nothing else: U+2028 stands in JSON strings as it is), in groups as
 * they are read: waiting for each line would take longer than reading it. Constant memory: of a line that is too long
 * nothing is kept.
 */
export async function* readLines(path: string): AsyncGenerator<readonly Line[]> {
  let number = 1;
  let parts: Buffer[] = [];
  let numBytes = 0;
  const take = (part: Buffer) => {
    numBytes += part.length;
    if (numBytes > maxLineBytes) parts = [];
    else parts.push(part);
  };
  const finish = (): Line => {
    const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const line = { number, numBytes, bytes: numBytes > maxLineBytes ? null : withoutReturn(whole) };
    number++;
    parts = [];
    numBytes = 0;
    return line;
  };
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
    let from = 0;
    const lines: Line[] = [];
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      take(chunk.subarray(from, at));
      lines.push(finish());
      from = at + 1;
    }
    take(chunk.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (numBytes > 0) yield [finish()];
}

const withoutReturn = (line: Buffer) => (line.at(-1) === 13 ? line.subarray(0, -1) : line);

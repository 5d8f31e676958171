import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { asTangentError } from './errors.js';

/**
 * What is sent at once: Postgres stores one chunk while the next is written. So large that it has enough to do while this
 * process reads what is to come: with a sixteenth of it an import takes a seventh longer.
 */
const chunkBytes = 1 << 20;

/**
 * Appends rows to a table. COPY takes no parameters but the rows; `sql` names the table and the columns.
 * Throws `database-unavailable` when the connection is lost, else what the server says.
 */
export async function copyRows<T>(
  connection: pg.ClientBase,
  sql: string,
  rows: Iterable<T>,
  write: (to: CopyWriter, row: T) => void,
): Promise<void> {
  try {
    await pipeline(Readable.from(chunksOf(rows, write)), connection.query(copyFrom(sql)));
  } catch (error) {
    throw asTangentError(error);
  }
}

function* chunksOf<T>(rows: Iterable<T>, write: (to: CopyWriter, row: T) => void): Generator<Buffer> {
  const writer = new CopyWriter();
  for (const row of rows) {
    write(writer, row);
    if (writer.numBytes >= chunkBytes) yield writer.take();
  }
  writer.end();
  yield writer.take();
}

const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

/** Rows in the binary format of COPY: `row`, then each of its columns in their order. */
export class CopyWriter {
  #bytes = Buffer.allocUnsafe(2 * chunkBytes);
  /** Not taken yet. */
  numBytes = 0;

  constructor() {
    this.numBytes = signature.copy(this.#bytes);
  }

  row(numColumns: number): void {
    this.#reserve(2);
    this.numBytes = this.#bytes.writeInt16BE(numColumns, this.numBytes);
  }

  /** Also the name of an enum. */
  text(value: string | null | undefined): void {
    if (value === null || value === undefined) {
      this.#length(-1);
      return;
    }
    // No character of UTF-16 takes more than three bytes.
    this.#reserve(4 + 3 * value.length);
    const numBytes = this.#bytes.write(value, this.numBytes + 4);
    this.#bytes.writeInt32BE(numBytes, this.numBytes);
    this.numBytes += 4 + numBytes;
  }

  jsonb(value: unknown): void {
    // The version of the format, in a byte before the text.
    this.text(`\u0001${JSON.stringify(value)}`);
  }

  int(value: number): void {
    this.#length(4);
    this.#reserve(4);
    this.numBytes = this.#bytes.writeInt32BE(value, this.numBytes);
  }

  boolean(value: boolean): void {
    this.#length(1);
    this.#reserve(1);
    this.numBytes = this.#bytes.writeUInt8(value ? 1 : 0, this.numBytes);
  }

  bytes(value: Uint8Array | null | undefined): void {
    if (value === null || value === undefined) {
      this.#length(-1);
      return;
    }
    this.#length(value.byteLength);
    this.#reserve(value.byteLength);
    this.#bytes.set(value, this.numBytes);
    this.numBytes += value.byteLength;
  }

  /** After the last row. */
  end(): void {
    this.row(-1);
  }

  /** What was written since the last time. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.numBytes);
    // A socket may hold on to what it was given.
    this.#bytes = Buffer.allocUnsafe(2 * chunkBytes);
    this.numBytes = 0;
    return taken;
  }

  #length(numBytes: number): void {
    this.#reserve(4);
    this.numBytes = this.#bytes.writeInt32BE(numBytes, this.numBytes);
  }

  #reserve(numBytes: number): void {
    const needed = this.numBytes + numBytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.numBytes);
    this.#bytes = larger;
  }
}

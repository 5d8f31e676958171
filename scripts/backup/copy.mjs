// Rows as streams of COPY, with the checksum of their text.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import pgCopy from 'pg-copy-streams';
import { target } from './tables.mjs';

const newline = 10;

/** Passes bytes on, and knows their checksum and number afterwards, and how many lines they were. */
export function measuring({ lines = false } = {}) {
  const hash = createHash('sha256');
  let numLines = 0;
  const stream = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      if (lines)
        for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) numLines += 1;
      done(null, chunk);
    },
  });
  return { stream, outcome: () => ({ sha256: hash.digest('hex'), numLines }) };
}

/** In the text format of COPY a row is a line, whatever it holds. */
function rowsThrough() {
  const { stream, outcome } = measuring({ lines: true });
  const rows = () => {
    const { numLines, sha256 } = outcome();
    return { numRows: numLines, sha256 };
  };
  return { stream, rows };
}

/** Writes a table into a file, compressed; what was written. */
export async function copyOut(client, table, file) {
  const { stream, rows } = rowsThrough();
  await pipeline(
    client.query(pgCopy.to(`COPY ${target(table)} TO STDOUT`)),
    stream,
    createGzip({ level: constants.Z_BEST_SPEED }),
    createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }),
  );
  return rows();
}

/** Reads a file of `copyOut` into a table; what was read. */
export async function copyIn(client, table, file) {
  const { stream, rows } = rowsThrough();
  const sink = client.query(pgCopy.from(`COPY ${target(table)} FROM STDIN`));
  await pipeline(createReadStream(file), createGunzip(), stream, sink);
  return rows();
}

/** What `copyOut` would say of a table, without a file. */
export async function describeTable(client, table) {
  const { stream, rows } = rowsThrough();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(client.query(pgCopy.to(`COPY ${target(table)} TO STDOUT`)), stream, nowhere);
  return rows();
}

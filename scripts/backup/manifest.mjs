// What a backup says of itself. Written last: a folder without it is a backup that was not finished.
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../lib/process.mjs';

const format = 1;

/**
 * @typedef {{ name: string, columns: string[], numRows: number, sha256: string }} TableEntry
 *   sha256: of the rows in the text format of COPY
 * @typedef {object} Manifest
 * @property {number} format
 * @property {string} madeAt start of the snapshot, by the database's clock
 * @property {string} postgres version of the server
 * @property {{ name: string, checksum: string }[]} migrations that the database had, in order
 * @property {TableEntry[]} tables those that others refer to first
 * @property {{ name: string, lastValue: string, isCalled: boolean }[]} sequences
 * @property {{ numBlobs: number, numBytes: number }} blobs
 */

const fileOf = (folder) => path.join(folder, 'manifest.json');

/** @param {Omit<Manifest, 'format'>} content */
export async function writeManifest(folder, content) {
  const text = `${JSON.stringify({ format, ...content }, null, 2)}\n`;
  await writeFile(fileOf(folder), text, { mode: 0o600, flush: true });
}

/** @returns {Manifest} */
export function readManifest(folder) {
  if (!existsSync(fileOf(folder)))
    throw new Failure(`${folder} holds no finished backup: it has no manifest.json. Take another one.`);
  const manifest = JSON.parse(readFileSync(fileOf(folder), 'utf8'));
  if (manifest.format !== format)
    throw new Failure(
      `${folder} is a backup of format ${manifest.format}, this version reads ${format}: restore it with the version that made it`,
    );
  return manifest;
}

import { existsSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { bad, good, note } from '../findings.mjs';

const [leastGiB, littleGiB] = [0.5, 5];

/** The disk of the data folder: a full one stops Postgres, and every round writes blobs. */
export async function checkDisk({ dir }) {
  const folder = nearestFolder(dir);
  const { bavail, bsize } = statfsSync(folder);
  const gib = (bavail * bsize) / 2 ** 30;
  const what = `${gib.toFixed(1)} GiB free for ${dir}`;
  if (gib < leastGiB)
    return [bad(what, 'make room, or move the data folder to another disk and set TANGENT_DATA')];
  return [gib < littleGiB ? note(`${what}, which is little`) : good(what)];
}

const nearestFolder = (dir) => (existsSync(dir) ? dir : nearestFolder(path.dirname(dir)));

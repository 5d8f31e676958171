import { statfsSync } from 'node:fs';
import { Failure } from './process.mjs';

/** Refuses a disk that would be full in the middle of the work. */
export function requireDisk(folder, gibibytes, purpose) {
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / 2 ** 30;
  if (free >= gibibytes) return;
  throw new Failure(
    `${folder} has ${free.toFixed(1)} GiB of free space, and ${purpose} needs ${gibibytes} GiB. Make room, or clone to another disk.`,
  );
}

// Preloaded into a worker (node --import): the disk under its files is full until SIGUSR2 makes room. As on a real one,
// a write puts down what still fits and then fails with ENOSPC.
import { open } from 'node:fs/promises';
import { devNull } from 'node:os';
import { isMainThread } from 'node:worker_threads';

let isFull = true;
const handle = await open(devNull);
const fileHandle = Object.getPrototypeOf(handle);
await handle.close();
const { writeFile } = fileHandle;
fileHandle.writeFile = async function (data, ...options) {
  if (!isFull) return writeFile.call(this, data, ...options);
  await writeFile.call(this, data.subarray(0, data.length >> 1), ...options);
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
    errno: -28,
    code: 'ENOSPC',
    syscall: 'write',
  });
};
if (isMainThread)
  process.on('SIGUSR2', () => {
    isFull = false;
    console.log('there is room on the disk again');
  });

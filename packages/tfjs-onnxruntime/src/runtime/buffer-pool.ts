import type { DType, NumericArray } from '../graph/value.js';

const perKind = 8;

/** Arrays of finished results that nobody holds any more, to be written into again. Fresh ones cost page faults. */
export class BufferPool {
  numBytes = 0;
  private readonly free = new Map<string, NumericArray[]>();

  constructor(private readonly maxBytes: number) {}

  take(dtype: DType, size: number): NumericArray | null {
    const array = this.free.get(`${dtype}${size}`)?.pop();
    if (!array) return null;
    this.numBytes -= array.byteLength;
    return array;
  }

  /** The array must be held by nobody: it will be overwritten. */
  give(dtype: DType, array: NumericArray): void {
    if (array.length === 0 || this.numBytes + array.byteLength > this.maxBytes) return;
    const key = `${dtype}${array.length}`;
    const list = this.free.get(key);
    if (!list) this.free.set(key, [array]);
    else if (list.length < perKind) list.push(array);
    else return;
    this.numBytes += array.byteLength;
  }

  clear(): void {
    this.free.clear();
    this.numBytes = 0;
  }
}

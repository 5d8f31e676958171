/** Zeros in memory that other threads read without a copy. */
export function sharedZeros(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT * length));
}

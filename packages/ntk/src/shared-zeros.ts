/** Zeros, [length] float64, in memory that other threads read without a copy. Native products cannot write to it. */
export function sharedZeros(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT * length));
}

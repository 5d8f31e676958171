/**
 * Memory for numbers that every call fills anew. Large arrays in every call are work for the garbage collector: those of a
 * label had it mark the whole heap about once a label, on the core that half of the products run on.
 */
export class Scratch<Numbers extends Float32Array | Float64Array | Int32Array | Uint32Array> {
  private kept: Numbers | null = null;

  constructor(private readonly allocate: new (length: number) => Numbers) {}

  /** `length` numbers, whatever they are, until the next call: the same memory again. Kept as long as the scratch itself. */
  take(length: number): Numbers {
    if (this.kept === null || this.kept.length < length) this.kept = new this.allocate(length);
    return this.kept.subarray(0, length) as Numbers;
  }
}

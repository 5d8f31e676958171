/** Cuts a run of sizes into batches of at most `maxRows` and `maxBytes`; what is larger alone is a batch alone. */
export function* batchSizes(
  bytes: readonly number[],
  { maxRows, maxBytes }: { readonly maxRows: number; readonly maxBytes: number },
): Generator<number> {
  let numRows = 0;
  let total = 0;
  for (const size of bytes) {
    if (numRows > 0 && (numRows >= maxRows || total + size > maxBytes)) {
      yield numRows;
      numRows = 0;
      total = 0;
    }
    numRows++;
    total += size;
  }
  if (numRows > 0) yield numRows;
}

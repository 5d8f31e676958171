/** Targets p of k classes become (1 − s)p + s/k (label smoothing); [n, k], any float array. */
export function smoothTargetsInPlace(
  targets: Float32Array | Float64Array,
  numClasses: number,
  smoothing: number,
): void {
  for (let i = 0; i < targets.length; i++)
    targets[i] = (1 - smoothing) * targets[i]! + smoothing / numClasses;
}

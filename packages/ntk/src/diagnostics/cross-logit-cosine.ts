// k classes; B(x) = eNTK(x, x), [k, k]: products of the gradients of the logits of one item.

/**
 * Mean over items and pairs a ≠ b of logits of cos(∇f_a(x), ∇f_b(x)) = B_ab / √(B_aa B_bb). Near 0 the pseudo-NTK of the
 * `sum` head stands for the eNTK; it degrades when head rows share a component, and then this is far from 0: at 1 the
 * summed head has k times the trace of one logit, and below, its gradients cancel (at −1/(k − 1), entirely).
 * A logit whose gradient vanishes is left out. eNTK: [nk, nk], item-major: logit j of item i at row ik + j. null for one
 * class, or where nothing is left.
 */
export function crossLogitCosine(entk: ArrayLike<number>, n: number, numClasses: number): number | null {
  const width = n * numClasses;
  if (entk.length !== width * width)
    throw new RangeError(
      `crossLogitCosine: ${entk.length} entries do not make an eNTK of ${n} items and ${numClasses} classes`,
    );
  let [sum, count] = [0, 0];
  for (let i = 0; i < n; i++)
    for (let a = i * numClasses; a < (i + 1) * numClasses; a++)
      for (let b = i * numClasses; b < (i + 1) * numClasses; b++) {
        const scale = Math.sqrt(entk[a * width + a]! * entk[b * width + b]!);
        if (a === b || scale === 0) continue;
        sum += entk[a * width + b]! / scale;
        count++;
      }
  return count === 0 ? null : sum / count;
}

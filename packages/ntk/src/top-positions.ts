/**
 * The positions of the `count` largest scores, best first; ties go to the lowest position. A heap of `count`: n log count
 * at worst, and a comparison an item for most, where sorting a hundred thousand scores would take 50 ms.
 */
export function topPositions(scores: Float64Array, count: number): Int32Array {
  const size = Math.min(count, scores.length);
  // heap[0] is the worst of those kept.
  const heap = Int32Array.from({ length: size }, (_, i) => i);
  const isWorse = (a: number, b: number) => scores[a]! < scores[b]! || (scores[a] === scores[b] && a > b);
  const sink = (from: number) => {
    const position = heap[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && isWorse(heap[child + 1]!, heap[child]!)) child++;
      if (!isWorse(heap[child]!, position)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = position;
  };
  for (let i = (size >> 1) - 1; i >= 0; i--) sink(i);
  if (size > 0)
    for (let i = size; i < scores.length; i++)
      if (isWorse(heap[0]!, i)) {
        heap[0] = i;
        sink(0);
      }
  return heap.sort((a, b) => (isWorse(a, b) ? 1 : -1));
}

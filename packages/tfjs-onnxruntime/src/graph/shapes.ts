import { backend_util } from '@tensorflow/tfjs-core';

export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

export function isSameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Throws tfjs's own error when the shapes do not broadcast. */
export const broadcastShape = (a: Shape, b: Shape): number[] =>
  backend_util.assertAndGetBroadcastShape([...a], [...b]);

export const permuted = <T>(list: readonly T[], permutation: readonly number[]): T[] =>
  permutation.map((from) => list[from]!);

export function inverse(permutation: readonly number[]): number[] {
  const result = new Array<number>(permutation.length);
  permutation.forEach((from, to) => {
    result[from] = to;
  });
  return result;
}

export const isIdentity = (permutation: readonly number[]): boolean =>
  permutation.every((from, to) => from === to);

/** Axes counted from the front, ascending, each once. */
export function normalAxes(axes: number | readonly number[] | null | undefined, rank: number): number[] {
  if (axes === null || axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = typeof axes === 'number' ? [axes] : axes;
  return [...new Set(list.map((axis) => (axis < 0 ? axis + rank : axis)))].sort((a, b) => a - b);
}

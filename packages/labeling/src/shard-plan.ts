export const defaultShardSize = 1000;

/** A slice [fromIndex, toIndex) of the pool snapshot. */
export interface ShardSlice {
  readonly index: number;
  readonly fromIndex: number;
  readonly toIndex: number;
}

/** Cuts a pool of `numItems` into slices of `shardSize` (the last may be shorter). */
export function planShards(numItems: number, shardSize: number = defaultShardSize): ShardSlice[] {
  if (!Number.isInteger(numItems) || numItems < 0)
    throw new RangeError(`numItems must be a whole number from 0, not ${numItems}`);
  if (!Number.isInteger(shardSize) || shardSize < 1)
    throw new RangeError(`shardSize must be a whole number from 1, not ${shardSize}`);
  return Array.from({ length: Math.ceil(numItems / shardSize) }, (_, index) => ({
    index,
    fromIndex: index * shardSize,
    toIndex: Math.min(numItems, (index + 1) * shardSize),
  }));
}

/** A checkpoint that is foreign, truncated or damaged. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly code = 'checkpoint-unreadable';
}

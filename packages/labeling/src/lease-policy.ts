/** When a lease that is taken or prolonged now ends. */
export function leaseExpiry(now: Date, leaseMs: number): Date {
  return new Date(now.getTime() + leaseMs);
}

/** A lease counts from its start up to, not including, the moment of its end. */
export function isLeaseLive(lease: { closedAt: Date | null; expiresAt: Date }, now: Date): boolean {
  return lease.closedAt === null && lease.expiresAt.getTime() > now.getTime();
}

/**
 * The slot for one more annotator of an item, or null when leases and answers together fill its overlap.
 * Answers hold no slot of their own, so the smallest number that no live lease has is always free.
 */
export function chooseSlot(state: {
  readonly overlap: number;
  readonly numAnswers: number;
  /** Of live leases. */
  readonly slotsTaken: readonly number[];
}): number | null {
  if (state.numAnswers + state.slotsTaken.length >= state.overlap) return null;
  for (let slot = 0; ; slot++) if (!state.slotsTaken.includes(slot)) return slot;
}

/**
 * A number in [0, 1) that depends on nothing but the project, the draw's number and its purpose: asking again, or
 * at a luckier moment, cannot change it. FNV-1a over the text, mixed by murmur3's finaliser.
 */
export function drawUnit(projectId: string, draw: number, purpose: string): number {
  let hash = 0x811c9dc5;
  for (const char of `${projectId}/${draw}/${purpose}`) {
    hash ^= char.codePointAt(0)!;
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32;
}

/** Whether the draw-th lease of a project goes to the control arm, which gets the share `controlArm` of them. */
export function isControlDraw(projectId: string, draw: number, controlArm: number): boolean {
  return drawUnit(projectId, draw, 'arm') < controlArm;
}

/**
 * Whether the draw-th lease of a project goes to a gold item, as a share `goldShare` of them does. It says nothing of
 * whether the draw would go to the control arm, which so keeps its share of the others.
 */
export function isGoldDraw(projectId: string, draw: number, goldShare: number): boolean {
  return drawUnit(projectId, draw, 'gold') < goldShare;
}

/** `count` ordinals below `numOrdinals`, drawn with replacement: where the control arm looks for its item, in order. */
export function controlOrdinals(
  projectId: string,
  draw: number,
  numOrdinals: number,
  count: number,
): number[] {
  if (numOrdinals < 1) return [];
  return Array.from({ length: count }, (_, i) =>
    Math.floor(drawUnit(projectId, draw, `ordinal ${i}`) * numOrdinals),
  );
}

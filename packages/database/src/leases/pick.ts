import { controlOrdinals, drawUnit, isControlDraw, isGoldDraw } from '@tangent/labeling';
import type { PipelinedTx } from '../core/pipelined.js';
import {
  hasOpen,
  holdAtShare,
  holdFirstOf,
  holdGold,
  holdInOrder,
  holdOpen,
  holdRanked,
  holdSkipped,
  type Search,
} from './candidates.js';
import { type ClaimedLease, claim } from './claim.js';
import type { OpenPlaces } from './open-places.js';

export interface PickInput {
  readonly search: Search;
  readonly count: number;
  readonly leaseMs: number;
  readonly controlArm: number;
  readonly goldShare: number;
  /** Number of the first of `count` draws; only a project with a control arm or gold items counts them. */
  readonly firstDraw: number;
  readonly numOrdinals: number;
  /** Length of the live ranking; 0: none. */
  readonly numRanked: number;
  /** Of a ranking that is many labels behind. */
  readonly open: OpenPlaces | null;
  /** Whether items that the annotator has skipped come again when nothing else is left. */
  readonly asksSkippedAgain: boolean;
}

/** Leases up to `count` items, gold and control draws at their places among those in rank order. */
export async function pick(tx: PipelinedTx, input: PickInput): Promise<ClaimedLease[]> {
  const { search, count, controlArm, firstDraw } = input;
  const drawn = await pickGold(tx, input);
  for (let i = 0; i < count; i++) {
    if (drawn.has(i) || !isControlDraw(search.projectId, firstDraw + i, controlArm)) continue;
    const lease = await pickAtRandom(tx, input, firstDraw + i);
    if (lease) drawn.set(i, lease);
  }
  const numOrdered = count - drawn.size;
  const ordered = await pickRanked(tx, input, numOrdered);
  if (ordered.length < numOrdered)
    ordered.push(...(await pickUnranked(tx, input, numOrdered - ordered.length)));
  if (input.asksSkippedAgain && ordered.length < numOrdered)
    ordered.push(...(await pickSkipped(tx, input, numOrdered - ordered.length)));
  const leases: ClaimedLease[] = [];
  for (let i = 0; i < count; i++) {
    const lease = drawn.get(i) ?? ordered.shift();
    if (lease) leases.push(lease);
  }
  return leases;
}

/**
 * Gold items by the places of their draws, as far as there are some for this annotator. None where no ordinary item is
 * left: they are handed out among others, not in place of an end.
 */
async function pickGold(tx: PipelinedTx, input: PickInput): Promise<Map<number, ClaimedLease>> {
  const { search, count, firstDraw, goldShare, leaseMs } = input;
  const places = Array.from({ length: count }, (_, i) => i).filter((i) =>
    isGoldDraw(search.projectId, firstDraw + i, goldShare),
  );
  if (places.length === 0 || !(await hasOpen(tx, search))) return new Map();
  const leases = await claim(tx, search, await holdGold(tx, search, places.length), { leaseMs });
  return new Map(leases.map((lease, i) => [places[i]!, lease]));
}

/** Draws that look for a free item before all free items are counted: enough while a tenth of the pool is free. */
const numTries = 48;

async function pickAtRandom(
  tx: PipelinedTx,
  input: PickInput,
  draw: number,
): Promise<ClaimedLease | undefined> {
  const { search, leaseMs } = input;
  const { projectId } = search;
  const ordinals = controlOrdinals(projectId, draw, input.numOrdinals, numTries);
  const candidate =
    (await holdFirstOf(tx, search, ordinals)) ??
    (await holdAtShare(tx, search, drawUnit(projectId, draw, 'share')));
  const [lease] = await claim(tx, search, candidate ? [candidate] : [], { leaseMs });
  return lease;
}

/** The first window holds all that is needed while a live model keeps labeled items out of the ranking. */
const firstWindow = 64;

async function pickRanked(tx: PipelinedTx, input: PickInput, count: number): Promise<ClaimedLease[]> {
  const { search, leaseMs, numRanked, open } = input;
  const leases: ClaimedLease[] = [];
  if (open) {
    const candidates = await holdOpen(tx, search, { open, limit: count });
    leases.push(...(await claim(tx, search, candidates, { leaseMs })));
  }
  let size = Math.max(firstWindow, 4 * count);
  for (let from = open?.to ?? 0; leases.length < count && from < numRanked; ) {
    const limit = count - leases.length;
    const candidates = await holdRanked(tx, search, { from, to: from + size, limit });
    leases.push(...(await claim(tx, search, candidates, { leaseMs })));
    // A full answer may have left more in this window; go on behind its last place.
    from = candidates.length < limit ? from + size : candidates.at(-1)!.rank!;
    if (candidates.length < limit) size *= 4;
  }
  return leases;
}

async function pickUnranked(tx: PipelinedTx, input: PickInput, count: number): Promise<ClaimedLease[]> {
  const { search, leaseMs } = input;
  const leases: ClaimedLease[] = [];
  for (let afterOrdinal = -1; leases.length < count; ) {
    const limit = count - leases.length;
    const candidates = await holdInOrder(tx, search, { afterOrdinal, limit });
    leases.push(...(await claim(tx, search, candidates, { leaseMs })));
    if (candidates.length < limit) break;
    afterOrdinal = candidates.at(-1)!.ordinal;
  }
  return leases;
}

async function pickSkipped(tx: PipelinedTx, input: PickInput, count: number): Promise<ClaimedLease[]> {
  const { search, leaseMs } = input;
  return claim(tx, search, await holdSkipped(tx, search, count), { leaseMs, isAgain: true });
}

import { describe, expect, it } from 'vitest';
import { inRankOrder, numKeptAhead, staleBehind } from './lease-queue';
import type { HeldItem } from './types';

const held = (id: string, change: Partial<HeldItem> = {}): HeldItem => ({
  item: { id, data: {} },
  leaseId: `lease-${id}`,
  rank: 1,
  score: 0.5,
  reason: null,
  arm: 'strategy',
  rankingKey: 'new',
  isReady: true,
  undone: null,
  ...change,
});
const ids = (queue: readonly HeldItem[]) => queue.map(({ item }) => item.id).join(' ');

describe('the queue of leases', () => {
  it('gives back what an older ranking handed out, behind those that are kept', () => {
    const queue = ['a', 'b', 'c'].map((id) => held(id, { rankingKey: 'old' }));
    expect(ids(staleBehind(queue, 'new', 1))).toBe('b c');
    expect(ids(staleBehind(queue, 'new', 0))).toBe('a b c');
    expect(ids(staleBehind(queue, 'old', 0))).toBe('');
  });

  it('draws the control arm anew like the rest, and never gives back what an undo brought back', () => {
    const queue = [
      held('a', { rankingKey: 'old', arm: 'control' }),
      held('b', { rankingKey: 'old', undone: { classKey: '7' } }),
      held('c', { rankingKey: 'none', arm: 'unranked' }),
    ];
    expect(ids(staleBehind(queue, 'new', 0))).toBe('a c');
  });

  it('orders fresh items by rank behind the stale ones, and leaves random draws where they stand', () => {
    const queue = [
      held('third', { rank: 3 }),
      held('random', { rank: 900, arm: 'control' }),
      held('first', { rank: 1 }),
      held('stale', { rank: 2, rankingKey: 'old' }),
      held('undone', { rank: null, undone: { skip: 'unsure' } }),
    ];
    expect(ids(inRankOrder(queue, 'new'))).toBe('undone stale first random third');
  });

  it('breaks equal ranks by id', () => {
    expect(ids(inRankOrder([held('b', { rank: null }), held('a', { rank: null })], 'new'))).toBe('a b');
  });

  it('keeps one item for who looks longer than a swap takes, and all that a quick annotator may reach meanwhile', () => {
    expect(numKeptAhead({ swapMs: 90, paceMs: Number.POSITIVE_INFINITY })).toBe(1);
    expect(numKeptAhead({ swapMs: 90, paceMs: 1500 })).toBe(1);
    expect(numKeptAhead({ swapMs: 300, paceMs: 500 })).toBe(2);
    expect(numKeptAhead({ swapMs: 2000, paceMs: 500 })).toBe(5);
    expect(Number.isFinite(numKeptAhead({ swapMs: 90, paceMs: 0 }))).toBe(true);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnnotatorLog, Hold, LoggedAnswer } from './annotator-log.js';
import { compareLogs, countOverlaps, type KeptAnnotation } from './compare-logs.js';

const kept = (id: string, change: Partial<KeptAnnotation> = {}): KeptAnnotation => ({
  id,
  itemId: `item of ${id}`,
  annotatorId: 'ann',
  leaseId: `lease of ${id}`,
  classKey: 'a',
  skipReason: null,
  isLive: true,
  ...change,
});
const given = (id: string, outcome?: LoggedAnswer['outcome']): LoggedAnswer => ({
  itemId: `item of ${id}`,
  leaseId: `lease of ${id}`,
  classKey: 'a',
  skipReason: null,
  outcome: outcome ?? { kind: 'kept', annotationId: id, undo: 'none' },
});
const undone = (id: string, undo: 'done' | 'unsure') => given(id, { kind: 'kept', annotationId: id, undo });
const logOf = (...answers: LoggedAnswer[]): AnnotatorLog[] => [{ annotatorId: 'ann', holds: [], answers }];
const none = { lost: 0, changed: 0, doubled: 0, invented: 0, undoLost: 0, heldByTwo: 0 };

describe('annotators’ logs beside the database', () => {
  it('agree when everything is as it was answered', () => {
    const answers = [
      given('1'),
      undone('2', 'done'),
      undone('3', 'unsure'),
      given('4', { kind: 'refused', code: 'lease-expired' }),
      given('5', { kind: 'unsure' }),
      given('6', { kind: 'unsure' }),
    ];
    const rows = [kept('1'), kept('2', { isLive: false }), kept('3'), kept('5')];
    expect(compareLogs(logOf(...answers), rows)).toEqual(none);
  });

  it.each<[string, LoggedAnswer[], KeptAnnotation[], object]>([
    ['an answer that is gone', [given('1')], [], { lost: 1 }],
    ['an answer of another class', [given('1')], [kept('1', { classKey: 'b' })], { changed: 1 }],
    ['an answer in another name', [given('1')], [kept('1', { annotatorId: 'bob' })], { changed: 1 }],
    ['an answer undone by nobody', [given('1')], [kept('1', { isLive: false })], { changed: 1 }],
    [
      'a repetition done again',
      [given('1')],
      [kept('1', { isLive: false }), kept('1b', { itemId: 'item of 1', leaseId: 'lease of 1' })],
      { changed: 1, doubled: 1, invented: 1 },
    ],
    [
      'a second answer of an item',
      [given('1'), { ...given('2'), itemId: 'item of 1' }],
      [kept('1'), kept('2', { itemId: 'item of 1' })],
      { doubled: 1 },
    ],
    [
      'a refused answer that is kept',
      [given('1', { kind: 'refused', code: 'lease-expired' })],
      [kept('1')],
      { invented: 1 },
    ],
    ['an undone answer that counts', [undone('1', 'done')], [kept('1')], { undoLost: 1 }],
  ])('tell of %s', (_, answers, rows, broken) => {
    expect(compareLogs(logOf(...answers), rows)).toEqual({ ...none, ...broken });
  });

  it('tell of an item in two hands, and not of one handed on', () => {
    const hold = (from: number, until: number): Hold => ({ itemId: 'i', from, until });
    expect(countOverlaps([hold(0, 5), hold(5, 9)])).toBe(0);
    expect(countOverlaps([hold(3, 4), hold(0, 9), hold(8, 12)])).toBe(2);
    expect(countOverlaps([hold(0, 9), hold(4, 4)])).toBe(0);
    expect(countOverlaps([hold(0, 9), { ...hold(1, 2), itemId: 'j' }])).toBe(0);
  });

  it('find an overlap exactly when some two holds of an item share a moment', () => {
    const holds = fc.array(
      fc.record({ itemId: fc.constantFrom('i', 'j'), from: fc.nat(30), until: fc.nat(30) }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(holds, (some) => {
        const share = (a: Hold, b: Hold) =>
          a.itemId === b.itemId && Math.max(a.from, b.from) < Math.min(a.until, b.until);
        const isAny = some.some((a, i) => some.slice(i + 1).some((b) => share(a, b)));
        expect(countOverlaps(some) > 0).toBe(isAny);
      }),
    );
  });
});

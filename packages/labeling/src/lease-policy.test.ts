import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  chooseSlot,
  controlOrdinals,
  drawUnit,
  isControlDraw,
  isGoldDraw,
  isLeaseLive,
  leaseExpiry,
} from './lease-policy.js';

test('a lease is live until the moment of its expiry', () => {
  const now = new Date('2026-01-01T00:00:00.000Z');
  const expiresAt = leaseExpiry(now, 1000);
  expect(isLeaseLive({ closedAt: null, expiresAt }, now)).toBe(true);
  expect(isLeaseLive({ closedAt: null, expiresAt }, new Date(now.getTime() + 999))).toBe(true);
  expect(isLeaseLive({ closedAt: null, expiresAt }, expiresAt)).toBe(false);
  expect(isLeaseLive({ closedAt: now, expiresAt }, now)).toBe(false);
});

test('a slot is given exactly while leases and answers leave room, and never twice', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      fc.nat(12),
      fc.uniqueArray(fc.nat(9), { maxLength: 10 }),
      (overlap, numAnswers, slotsTaken) => {
        const slot = chooseSlot({ overlap, numAnswers, slotsTaken });
        expect(slot !== null).toBe(numAnswers + slotsTaken.length < overlap);
        if (slot === null) return;
        expect(slotsTaken).not.toContain(slot);
        expect(slot).toBeLessThan(overlap);
      },
    ),
  );
});

test('the control arm gets its share, whatever the project', () => {
  for (const projectId of ['prj_a', 'prj_01jdq8m5v0e8r9s7t6w5x4y3z2', '']) {
    for (const share of [0, 0.1, 0.5]) {
      let numControl = 0;
      for (let draw = 0; draw < 20_000; draw++) if (isControlDraw(projectId, draw, share)) numControl++;
      // Five standard deviations of a binomial.
      expect(Math.abs(numControl - 20_000 * share)).toBeLessThanOrEqual(
        5 * Math.sqrt(20_000 * share * (1 - share)),
      );
    }
  }
});

test('gold items get their share, of the draws of the control arm as of the others', () => {
  const draws = Array.from({ length: 20_000 }, (_, draw) => draw);
  const control = draws.filter((draw) => isControlDraw('prj_a', draw, 0.3));
  for (const of of [draws, control])
    for (const share of [0, 0.05, 0.5]) {
      const numGold = of.filter((draw) => isGoldDraw('prj_a', draw, share)).length;
      expect(Math.abs(numGold - of.length * share)).toBeLessThanOrEqual(
        5 * Math.sqrt(of.length * share * (1 - share)),
      );
    }
});

test('a draw gives the same answer however often it is asked', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (projectId, draw) => {
      const unit = drawUnit(projectId, draw, 'arm');
      expect(unit).toBe(drawUnit(projectId, draw, 'arm'));
      expect(unit).toBeGreaterThanOrEqual(0);
      expect(unit).toBeLessThan(1);
    }),
  );
});

test('control ordinals reach all items about equally often', () => {
  const counts = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 5000; draw++)
    for (const ordinal of controlOrdinals('prj_x', draw, 10, 2)) counts[ordinal]!++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(900));
  expect(controlOrdinals('prj_x', 0, 0, 5)).toEqual([]);
});

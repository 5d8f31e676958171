import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxScale, moved, type View, wholeView, zoomed } from './zoom';

const frame = { width: 400, height: 300 };
const point = fc.record({ x: fc.integer({ min: -200, max: 200 }), y: fc.integer({ min: -150, max: 150 }) });
const step = fc.oneof(
  fc.record({ factor: fc.double({ min: 0.2, max: 5, noNaN: true }), at: point }),
  fc.record({ by: point }),
);
type Step =
  | { readonly factor: number; readonly at: { x: number; y: number } }
  | { readonly by: { x: number; y: number } };
const taken = (view: View, step: Step): View =>
  'by' in step ? moved(view, step.by.x, step.by.y, frame) : zoomed(view, step.factor, step.at, frame);

describe('the view of an image', () => {
  it('never leaves the image, and never is smaller than the frame', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const { scale, x, y } = steps.reduce(taken, wholeView);
        expect(scale).toBeGreaterThanOrEqual(1);
        expect(scale).toBeLessThanOrEqual(maxScale);
        expect(Math.abs(x)).toBeLessThanOrEqual((frame.width * (scale - 1)) / 2 + 1e-6);
        expect(Math.abs(y)).toBeLessThanOrEqual((frame.height * (scale - 1)) / 2 + 1e-6);
      }),
    );
  });

  it('keeps what lies under the pointer there', () => {
    fc.assert(
      fc.property(point, fc.double({ min: 1, max: 4, noNaN: true }), (at, factor) => {
        const start = zoomed(wholeView, 2, { x: 0, y: 0 }, frame);
        const end = zoomed(start, factor, at, frame);
        const under = (view: View) => [(at.x - view.x) / view.scale, (at.y - view.y) / view.scale];
        for (const [axis, value] of under(end).entries()) expect(value).toBeCloseTo(under(start)[axis]!, 6);
      }),
    );
  });

  it('is whole again when it is zoomed out as far', () => {
    expect(zoomed(zoomed(wholeView, 5, { x: 120, y: -80 }, frame), 1 / 100, { x: -30, y: 9 }, frame)).toEqual(
      wholeView,
    );
  });
});

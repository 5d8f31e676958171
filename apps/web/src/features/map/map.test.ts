import { noMapLabel, type PoolMap } from '@tangent/contracts';
import { describe, expect, test } from 'vitest';
import { countClasses } from './class-counts';
import { groupBy } from './colour-by';
import { drawPoints, type Rgb } from './draw-points';
import { unpack } from './map-points';
import { nextPoint, panBy, pointAt, reveal, wholeView, zoomAt, zoomOf } from './map-view';

const base64 = (numbers: Uint8Array | Uint16Array | Uint32Array) =>
  btoa(String.fromCharCode(...new Uint8Array(numbers.buffer)));

/** Five points: the corners of the square and its middle. */
function fivePoints(change: Partial<PoolMap> = {}) {
  return unpack({
    model: null,
    numItems: 5,
    numLandmarks: 5,
    itemIds: ['a', 'b', 'c', 'd', 'e'],
    classKeys: ['cat', 'dog'],
    positions: base64(Uint16Array.of(0, 0, 65_535, 0, 0, 65_535, 65_535, 65_535, 32_768, 32_768)),
    predictions: base64(Uint16Array.of(0, 0, 1, 1, 1)),
    margins: base64(Uint8Array.of(255, 10, 100, 200, 0)),
    labels: base64(Uint16Array.of(0, 1, noMapLabel, noMapLabel, noMapLabel)),
    ranks: base64(Uint32Array.of(0, 0, 11, 2, 99_999)),
    reason: null,
    progress: null,
    ...change,
  });
}
const points = fivePoints();
const all = () => true;
const size = { width: 648, height: 448 };

describe('colours', () => {
  const sizes = (colouring: Parameters<typeof groupBy>[1], of = points) =>
    groupBy(of, colouring, (key) => key).groups.map(({ name, numPoints }) => [name, numPoints]);

  test('each point is of one group, by what is asked', () => {
    expect(sizes('prediction')).toEqual([
      ['cat', 2],
      ['dog', 3],
      ['No label', 0],
    ]);
    expect(sizes('label').at(-1)).toEqual(['No label', 3]);
    expect(sizes('rank')).toEqual([
      ['1 – 10', 1],
      ['11 – 100', 1],
      ['101 – 1,000', 0],
      ['1,001 – 10,000', 0],
      ['10,001 and beyond', 1],
      ['Not in the ranking', 2],
    ]);
    expect(groupBy(points, 'disagreement', String).groupOf).toEqual(Uint8Array.of(4, 0, 2, 3, 1));
  });

  test('of more classes than colours, the rarest share one', () => {
    const classKeys = Array.from({ length: 30 }, (_, c) => `c${c}`);
    const of = fivePoints({ classKeys, predictions: base64(Uint16Array.of(29, 29, 29, 7, 7)) });
    const { groups, groupOf } = groupBy(of, 'prediction', (key) => key);
    expect(groups).toHaveLength(11);
    expect(groups.slice(0, 2).map(({ name }) => name)).toEqual(['c29', 'c7']);
    expect(groups[9]).toMatchObject({ name: '21 other classes', numPoints: 0 });
    expect(groupOf).toEqual(Uint8Array.of(0, 0, 0, 1, 1));
  });

  test('the table counts labels and contradictions by prediction', () => {
    expect(countClasses(points)).toEqual([
      { classKey: 'cat', numPoints: 2, numLabeled: 2, numDisagreed: 1 },
      { classKey: 'dog', numPoints: 3, numLabeled: 0, numDisagreed: 0 },
    ]);
  });
});

describe('the view', () => {
  const whole = wholeView(size);

  test('zooming keeps the place under the pointer, back to all of it', () => {
    const near = zoomAt(whole, size, 4, 200, 150);
    expect(zoomOf(near, size)).toBeCloseTo(4, 12);
    expect((200 - near.left) / near.scale).toBeCloseTo((200 - whole.left) / whole.scale, 12);
    expect((150 - near.top) / near.scale).toBeCloseTo((150 - whole.top) / whole.scale, 12);
    expect(zoomAt(near, size, 0.1, 5, 5)).toEqual(whole);
  });

  test('the map cannot be lost, and a point that keys go to comes into sight', () => {
    const away = panBy(zoomAt(whole, size, 3, 0, 0), size, -1e6, 1e6);
    expect(away.left + away.scale).toBeCloseTo(size.width / 2, 9);
    expect(away.top).toBeCloseTo(size.height / 2, 9);
    const seen = reveal(away, size, 0, 1);
    expect(seen.left).toBeCloseTo(24, 9);
    expect(seen.top + seen.scale).toBeCloseTo(size.height - 24, 9);
  });

  test('pointers find what is shown and near; keys go to the nearest point on their way', () => {
    const middle = { x: size.width / 2, y: size.height / 2, within: 10 };
    expect(pointAt(points, all, whole, middle)).toBe(4);
    expect(pointAt(points, (i) => i !== 4, whole, middle)).toBeNull();
    expect(nextPoint(points, all, 0, 'right')).toBe(4);
    expect(nextPoint(points, (i) => i !== 4, 0, 'right')).toBe(1);
    expect(nextPoint(points, (i) => i !== 4, 3, 'up')).toBe(1);
    expect(nextPoint(points, all, 0, 'left')).toBeNull();
  });
});

test('points are drawn where they are, ringed ones above, hidden ones not at all', () => {
  const [width, height] = [80, 80];
  const image = { width, height, data: new Uint8ClampedArray(4 * width * height) };
  const [ground, ink, red, blue]: Rgb[] = [
    [250, 250, 250],
    [1, 2, 3],
    [200, 0, 0],
    [0, 0, 200],
  ];
  const draw = (colours: readonly (Rgb | null)[]) =>
    drawPoints(image, {
      points,
      groupOf: points.predictions.length === 5 ? Uint8Array.from(points.predictions) : new Uint8Array(),
      colours,
      ground: ground!,
      ink: ink!,
      view: { scale: 60, left: 10, top: 10 },
      radius: 3,
      isRinged: (i) => i === 0,
    });
  const at = (x: number, y: number) => [...image.data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
  draw([red!, blue!]);
  expect(at(10, 10)).toEqual([200, 0, 0, 255]);
  expect(at(5, 10)).toEqual([1, 2, 3, 255]);
  expect(at(70, 70)[2]).toBeGreaterThan(200);
  expect(at(70, 70)[0]).toBeLessThan(60);
  expect(at(40, 20)).toEqual([250, 250, 250, 255]);
  draw([red!, null]);
  expect(at(70, 70)).toEqual([250, 250, 250, 255]);
});

test('a hundred thousand points are drawn in less than a frame of thirty a second', () => {
  const [width, height, numPoints] = [1100, 700, 100_000];
  const image = { width, height, data: new Uint8ClampedArray(4 * width * height) };
  const spread = (factor: number) => Float32Array.from({ length: numPoints }, (_, i) => (i * factor) % 1);
  const many = { ...points, x: spread(0.618), y: spread(0.755) };
  const groupOf = Uint8Array.from({ length: numPoints }, (_, i) => i % 2);
  const times = Array.from({ length: 15 }, () => {
    const from = performance.now();
    drawPoints(image, {
      points: many,
      groupOf,
      colours: [
        [200, 0, 0],
        [0, 0, 200],
      ],
      ground: [250, 250, 250],
      ink: [1, 2, 3],
      view: { scale: 700, left: 200, top: 0 },
      radius: 1.6,
      isRinged: (i) => i % 100 === 0,
    });
    return performance.now() - from;
  });
  // The quickest: what else the machine does meanwhile is not the question.
  expect(Math.min(...times)).toBeLessThan(1000 / 30);
});

import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { featureGram } from '@tangent/ntk';
import { beforeAll, describe, expect, test } from 'vitest';
import { layOut, placeAmong } from './lay-out.js';
import { encodePoolFeatures, noMatrix } from './pool-features.js';
import { drawLandmarks, layOutLandmarks, pickFeatures, placeShard } from './pool-map.js';
import { toSquare } from './to-square.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const d = 12;
const numGroups = 3;
/** Items of three groups of directions, item i of group i mod 3; item n − 1 equals item 0. */
function groups(n: number): Float32Array {
  const random = createRandom(n).fork('groups');
  const phi = Float32Array.from(
    { length: n * d },
    (_, i) => Number(i % d === Math.floor(i / d) % numGroups) + 0.15 * random.normal(),
  );
  if (n > 1) phi.copyWithin((n - 1) * d, 0, d);
  return phi;
}

const range = (n: number) => Int32Array.from({ length: n }, (_, i) => i);
const ids = (n: number) => Array.from({ length: n }, (_, i) => `itm_${(i * 7919) % n}`);

/** The whole way, in shards of at most `shardSize` items. */
function mapOf(phi: Float32Array, names: readonly string[], { count = 40, shardSize = 50 } = {}) {
  const n = names.length;
  const shards = Array.from({ length: Math.ceil(n / shardSize) }, (_, s) => {
    const [from, to] = [s * shardSize, Math.min(n, (s + 1) * shardSize)];
    const values = phi.slice(from * d, to * d);
    const features = encodePoolFeatures({
      factors: {
        numExamples: to - from,
        head: { type: 'trace' },
        numHeads: 1,
        layers: [{ kind: 'features', name: 'sketch', width: d, values }],
        outputs: new Float32Array(2 * (to - from)),
        numClasses: 2,
        embeddings: values,
        embeddingWidth: d,
      },
      draws: noMatrix,
      inputs: noMatrix,
    });
    return { from, to, features };
  });
  const kernel = {
    settings: { plan: { kernel: 'sketch', hasDraws: false, hasInputs: false }, model: {} as never },
    weights: [1],
  } as const;
  const landmarks = drawLandmarks(names, { seed: 3, count });
  const ascending = landmarks.toSorted();
  const parts = shards.map(({ from, to, features }) =>
    pickFeatures({ features, rows: ascending.filter((i) => i >= from && i < to).map((i) => i - from) }),
  );
  const order = landmarks.map((i) => ascending.indexOf(i));
  const laidOut = layOutLandmarks({ ...kernel, parts, order, seed: 3 });
  const places = shards.flatMap(({ from, to, features }) =>
    Array.from(placeShard({ ...kernel, landmarks: laidOut, features, rows: range(to - from) })),
  );
  return Float64Array.from(places);
}

const at = (places: Float64Array, i: number) => [places[2 * i]!, places[2 * i + 1]!] as const;
const distance = (places: Float64Array, i: number, j: number) =>
  Math.hypot(places[2 * i]! - places[2 * j]!, places[2 * i + 1]! - places[2 * j + 1]!);

describe('the map of a pool', () => {
  const n = 120;
  const phi = groups(n);
  let whole: Float64Array;
  beforeAll(() => {
    whole = mapOf(phi, ids(n));
  });

  test('keeps together what the kernel finds alike, and apart what it does not', () => {
    let numRight = 0;
    for (let i = 0; i < n - 1; i++) {
      const others = [...range(n - 1)].filter((j) => j !== i);
      const near = others.toSorted((a, b) => distance(whole, i, a) - distance(whole, i, b)).slice(0, 5);
      numRight += near.filter((j) => j % numGroups === i % numGroups).length;
    }
    expect(numRight / (5 * (n - 1))).toBeGreaterThan(0.95);
  });

  test('is the same again, and in shards of any size', () => {
    expect(mapOf(phi, ids(n))).toEqual(whole);
    expectClose(mapOf(phi, ids(n), { shardSize: 7 }), whole, { rtol: 0, atol: 1e-3 });
  });

  test('goes along with the order of the pool', () => {
    const order = createRandom(5).permutation(n);
    const shuffled = Float32Array.from(
      { length: n * d },
      (_, i) => phi[order[Math.floor(i / d)]! * d + (i % d)]!,
    );
    const found = mapOf(
      shuffled,
      Array.from(order, (i) => ids(n)[i]!),
    );
    expectClose(found, Float64Array.from([...order].flatMap((i) => at(whole, i))), { rtol: 0, atol: 1e-3 });
  });

  test('shows equal items at one place', () => {
    expect(distance(whole, 0, n - 1)).toBeLessThan(1e-6);
    expect(distance(whole, 0, 1)).toBeGreaterThan(0.1);
  });

  test.each([1, 2, 3, 4, 5, 17])('of %i items is as good as it can be', (few) => {
    const places = mapOf(groups(few), ids(few));
    expect(places).toHaveLength(2 * few);
    expect(places.every(Number.isFinite)).toBe(true);
    expect(toSquare(places)).toHaveLength(2 * few);
  });
});

test('a landmark keeps its place, and an item lies between the nearest ones', () => {
  // Two directions and the one in the middle of them.
  const gram = featureGram(Float32Array.from([1, 0, 0, 1, 1, 1]), 2);
  const layout = Float64Array.from([0, 0, 10, 4]);
  expectClose(
    placeAmong(gram, { landmarks: Int32Array.of(0, 1), layout, items: Int32Array.of(0, 1, 2) }),
    Float64Array.from([0, 0, 10, 4, 5, 2]),
    { rtol: 0, atol: 1e-4 },
  );
});

test('no item has no place', () => {
  expect(layOut(featureGram(new Float32Array(), d), { seed: 1 })).toHaveLength(0);
});

test('items without a gradient do not break the layout', () => {
  const phi = groups(30);
  phi.fill(0, 0, 5 * d);
  expect(layOut(featureGram(phi, d), { seed: 1 }).every(Number.isFinite)).toBe(true);
});

test('places fill a square of whole numbers on one scale, a single one its middle', () => {
  expect([...toSquare(Float64Array.from([-1, 5, 1, 6]))]).toEqual([0, 16384, 65535, 49151]);
  expect([...toSquare(Float64Array.from([7, -3]))]).toEqual([32768, 32768]);
  expect(toSquare(new Float64Array())).toHaveLength(0);
});

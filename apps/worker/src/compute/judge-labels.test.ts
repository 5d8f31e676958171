import { chooseEngine, createRandom } from '@tangent/compute';
import { beforeAll, expect, test } from 'vitest';
import { judgeLabels } from './judge-labels.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

/** Two clouds in the plane with the kernel (x·x′ + 1)², and their classes. */
function clouds(n: number) {
  const random = createRandom(1).fork('clouds');
  const points = Array.from({ length: n }, (_, i) => [
    (i % 2 ? 2 : -2) + 0.5 * random.normal(),
    random.normal(),
  ]);
  const kernel = Float64Array.from(
    points.flatMap(([a, b]) => points.map(([c, d]) => (a! * c! + b! * d! + 1) ** 2)),
  );
  return { kernel, classes: Int32Array.from({ length: n }, (_, i) => i % 2) };
}
const idsOf = (n: number) => Array.from({ length: n }, (_, i) => `item ${i}`);

test('a wrong label among two clouds is the one that the others contradict, and its true class is suggested', () => {
  const { kernel, classes } = clouds(40);
  classes[7] = 0;
  const { suspects, numJudged, reason } = judgeLabels({ kernel, classes, ids: idsOf(40), numClasses: 3 });
  expect(suspects.map(({ id, label, other }) => [id, label, other])).toEqual([['item 7', 0, 1]]);
  expect(suspects[0]!.score).toBeGreaterThan(0.5);
  expect([numJudged, reason]).toEqual([40, null]);
});

test('the only label of a class is not judged; too few labels, or one class alone, are a reason', () => {
  const { kernel, classes } = clouds(40);
  classes[7] = 2;
  const { suspects, numJudged } = judgeLabels({ kernel, classes, ids: idsOf(40), numClasses: 3 });
  expect([suspects.length, numJudged]).toEqual([0, 39]);

  const few = clouds(8);
  expect(judgeLabels({ ...few, ids: idsOf(8), numClasses: 2 }).reason).toMatch(
    /8 labels, and 10 are the fewest/,
  );
  const alone = { kernel, classes: new Int32Array(40), ids: idsOf(40), numClasses: 2 };
  expect(judgeLabels(alone)).toMatchObject({
    suspects: [],
    numJudged: 0,
    reason: expect.stringMatching(/one class/),
  });
});

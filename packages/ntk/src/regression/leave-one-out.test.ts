import { chooseEngine } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, expect, test } from 'vitest';
import { fullSolve } from '../testing/full-solve.js';
import { examples } from '../testing/posterior-examples.js';
import { looMeans } from './leave-one-out.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

test.each(Object.entries(examples))(
  'a label that is left out is predicted as if it had never been given, by a posterior %s',
  (_, make) => {
    for (const seed of [1, 2, 3]) {
      const example = make(seed);
      const { k, kernel, prior } = example;
      const posterior = example.build({ ridgeRelative: 0.1 });
      const before = posterior.mean.slice();
      const { items, means, targets } = looMeans(posterior);
      expect([...items]).toEqual(example.observations.map((o) => o.item).sort((a, b) => a - b));
      items.forEach((item, l) => {
        const others = example.observations.filter((o) => o.item !== item);
        const { mean } = fullSolve(kernel, prior, others, posterior.ridge);
        expectClose(means.subarray(l * k, (l + 1) * k), mean.subarray(item * k, (item + 1) * k), {
          rtol: 1e-7,
          atol: 1e-8,
        });
        expect([...targets.subarray(l * k, (l + 1) * k)]).toEqual([...posterior.observations.get(item)!]);
      });
      expect(posterior.mean).toEqual(before);
    }
  },
);

test('leave-one-out says what it cannot do', () => {
  const example = examples['in feature space']!(4);
  const [one] = example.observations;
  expect(() => looMeans(example.build({ observations: [one!] }))).toThrow(/two labels or more/);
  const tracked = Int32Array.from(example.unlabeled);
  expect(() => looMeans(example.build({ tracked }))).toThrow(/is not tracked; track the labeled items too/);
});

import { chooseEngine } from '@tangent/compute';
import { beforeAll } from 'vitest';
import { examples } from '../testing/posterior-examples.js';
import { describePosteriorLaws } from '../testing/posterior-laws.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

for (const [name, make] of Object.entries(examples)) describePosteriorLaws(name, make);

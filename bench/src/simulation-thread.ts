import { chooseEngine, serveComputeThread } from '@tangent/compute';
import { type Digits, loadDigits } from './digits.js';
import { type SimulationSettings, simulate } from './simulation-run.js';

let digits: Digits;

export const handlers = { simulate: (settings: SimulationSettings) => simulate(digits, settings) };

serveComputeThread(handlers, async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
  digits = await loadDigits();
});

import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../lib/paths.mjs';
import { capture, lastLines } from '../../lib/process.mjs';
import { bad, good, note } from '../findings.mjs';

const program = `
  const { chooseEngine } = await import('@tangent/compute');
  try {
    const { name, device, threads } = await chooseEngine({ engine: process.env.TANGENT_ENGINE || undefined });
    console.log('\\n' + JSON.stringify({ name, device, threads }));
  } catch (error) {
    if (error.code !== 'engine-unavailable') throw error;
    console.log('\\n' + JSON.stringify({ refusal: error.message }));
  }
  process.exit(0);`;

/** The tensor engine that a worker would choose here, asked in a process of its own: drivers may crash. */
export async function checkEngine({ env }) {
  if (!existsSync(path.join(root, 'packages/compute/dist/index.js')))
    return [note('the tensor engine is not looked at: nothing is built yet (npm start builds)')];
  const { code, stdout, output } = await capture(process.execPath, ['--input-type=module', '-e', program], {
    cwd: path.join(root, 'apps/worker'),
    env,
  });
  if (code !== 0)
    return [
      bad(
        `choosing the tensor engine crashed (${code}): ${lastLines(output, 3)}`,
        'force another one: TANGENT_ENGINE=wasm',
      ),
    ];
  const { refusal, name, device, threads } = JSON.parse(lastLines(stdout, 1));
  if (refusal) return [bad(refusal, 'unset TANGENT_ENGINE to take the best that is there')];
  const what = `the tensor engine is ${name} on ${device}, ${threads} threads`;
  return [
    name === 'wasm' || name === 'cpu' ? note(`${what}: slow; a native one could not be started`) : good(what),
  ];
}

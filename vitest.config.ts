import { defineConfig } from 'vitest/config';
import { ProgramsFirst } from './test/programs-first.js';

// Vitest hands these to Node too, for what it does not transform. Only ours and `node`, therefore: with `import` or
// `module` among them, a CommonJS package that requires another one would get that one's ES module.
const conditions = ['@tangent/source', 'node'];

/** What starts nothing and keeps nothing, but for the engine, which is chosen before each file. */
const maths = ['packages/ntk/src/**/*.test.ts', 'packages/models/src/**/*.test.ts'];

/** Packages are resolved to their sources, so unit tests need no build. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    sequence: { sequencer: ProgramsFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/*/src/**/*.test.{ts,tsx}',
            'bench/src/**/*.test.ts',
            'scripts/**/*.test.mjs',
          ],
          exclude: [...maths, '**/*.integration.test.mjs', '**/node_modules/**'],
          testTimeout: 60_000,
          maxWorkers: '100%', // by default one core is left over: of two, half of the machine
        },
      },
      {
        extends: true,
        test: {
          name: 'unit-maths',
          include: maths,
          // Loading the engine anew for each file takes as long as the tests. Where files change engines they are alone.
          isolate: false,
          setupFiles: ['test/choose-engine.ts'],
          testTimeout: 60_000,
          maxWorkers: '100%',
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'scripts/**/*.integration.test.mjs'],
          globalSetup: ['scripts/lib/vitest-servers.mjs'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 30_000, interval: 20 } },
          // Each file runs whole processes of its own, on a database of its own: two at a time keep two cores busy.
          maxWorkers: 2,
          sequence: { groupOrder: 1 }, // after the unit tests, where both are run
        },
      },
    ],
  },
});

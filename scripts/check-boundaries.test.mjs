import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkBoundaries } from './boundaries/check.mjs';
import { importsOf } from './boundaries/imports.mjs';
import { root } from './lib/paths.mjs';

const planted = [];
afterEach(() => {
  for (const dir of planted.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** A tree with one source file, and what the check says about it. */
function plant({ folder, source, name = 'planted.ts', dependencies = {}, devDependencies = {} }) {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'tangent-boundaries-'));
  planted.push(dir);
  const file = path.join(dir, folder, 'src', name);
  mkdirSync(path.dirname(file), { recursive: true });
  const manifest = { name: `@tangent/${path.basename(folder)}`, dependencies, devDependencies };
  writeFileSync(path.join(dir, folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(file, source);
  return checkBoundaries(dir).violations.map((violation) => violation.message);
}

const any = '0.1.0';

describe('the boundaries of ARCHITECTURE.md', () => {
  it('hold in this repository', () => {
    const { numFiles, violations } = checkBoundaries(root);
    expect(violations).toEqual([]);
    expect(numFiles).toBeGreaterThan(20);
  });

  it('let a package import what its line allows, its own files and Node', () => {
    const source = `
      import { readFile } from 'node:fs/promises';
      import type { Features } from '@tangent/ntk';
      import { other } from './other.js';
      export { readFile, other };
      export type { Features };`;
    expect(plant({ folder: 'packages/acquisition', source, dependencies: { '@tangent/ntk': any } })).toEqual(
      [],
    );
  });

  it.each([
    ['a value import', `import { claim } from '@tangent/database';`],
    ['a type import', `import type { Claim } from '@tangent/database';`],
    ['an import for its effects', `import '@tangent/database';`],
    ['a dynamic import', `export const load = () => import('@tangent/database');`],
    ['a re-export of everything', `export * from '@tangent/database';`],
    ['a re-export of a type', `export type { Claim } from '@tangent/database';`],
    ['a type in place', `export type Claim = import('@tangent/database').Claim;`],
    ['a require', `import database = require('@tangent/database'); export { database };`],
    [
      'a require call',
      `declare const require: (id: string) => unknown; export const d = require('@tangent/database');`,
    ],
    ['a resolve', `export const url = import.meta.resolve('@tangent/database');`],
  ])('refuse a package outside the line: %s', (_kind, source) => {
    const messages = plant({
      folder: 'packages/contracts',
      source,
      dependencies: { '@tangent/database': any },
    });
    expect(messages).toEqual([
      'packages/contracts may not import @tangent/database; it may import no package of ours',
    ]);
  });

  it('look into JSX files too', () => {
    const source = `import { claim } from '@tangent/database'; export const View = () => <p>{String(claim)}</p>;`;
    const messages = plant({
      folder: 'apps/web',
      name: 'view.tsx',
      source,
      dependencies: { '@tangent/database': any },
    });
    expect(messages).toEqual([
      'apps/web may not import @tangent/database; it may import @tangent/contracts, @tangent/client',
    ]);
  });

  it.each([
    ['an app', '@tangent/worker', /nothing imports an app/],
    ['a test', '@tangent/test', /nothing imports those/],
    ['a benchmark', '@tangent/bench', /nothing imports those/],
    ['an example', '@tangent/example-digits', /nothing imports those/],
    ['the inside of a package', '@tangent/contracts/src/ids.js', /reaches into a package/],
  ])('refuse %s', (_kind, specifier, message) => {
    const [scope, name] = specifier.split('/');
    const dependencies = { [`${scope}/${name}`]: any };
    const messages = plant({ folder: 'apps/api', source: `import '${specifier}';`, dependencies });
    expect(messages).toEqual([expect.stringMatching(message)]);
  });

  it('refuse a relative import that leaves the package', () => {
    const source = `import { secret } from '../../contracts/src/ids.js'; export { secret };`;
    expect(plant({ folder: 'packages/client', source })).toEqual([
      expect.stringMatching(/leaves packages\/client\/src/),
    ]);
  });

  it.each([
    ['apps/api', 'pg', /only packages\/database and packages\/queue may import 'pg'/],
    ['apps/api', '@prisma/client', /only packages\/database may import '@prisma\/client'/],
    ['apps/worker', 'bullmq', /only packages\/queue may import 'bullmq'/],
    ['apps/worker', 'ioredis', /only packages\/queue may import 'ioredis'/],
    ['packages/acquisition', '@tensorflow/tfjs-core', /tensors stay behind the engine seam/],
    ['apps/worker', '@tensorflow/tfjs-core/dist/tensor.js', /tensors stay behind the engine seam/],
  ])('keep %s away from %s', (folder, specifier, message) => {
    const dependencies = { [specifier]: any };
    expect(plant({ folder, source: `import '${specifier}';`, dependencies })).toEqual([
      expect.stringMatching(message),
    ]);
  });

  it('refuse a dependency that package.json does not declare', () => {
    const messages = plant({ folder: 'packages/client', source: `import 'zod';` });
    expect(messages).toEqual([`'zod' is not among the dependencies in package.json`]);
  });

  it('refuse in the product, but not in its tests, what is declared for development only', () => {
    const devDependencies = { yazl: any };
    const source = `import 'yazl'; import 'vitest';`;
    const inProduct = plant({ folder: 'packages/importing', source, devDependencies });
    const inTest = plant({ folder: 'packages/importing', name: 'zip.test.ts', source, devDependencies });
    expect(inProduct).toEqual([
      `'yazl' is not among the dependencies in package.json`,
      `'vitest' is for tests`,
    ]);
    expect(inTest).toEqual([]);
  });

  it('refuse a folder that the table does not know', () => {
    expect(plant({ folder: 'packages/surprise', source: `export {};` })).toEqual([
      expect.stringMatching(/packages\/surprise has no line/),
    ]);
  });

  it('name a file that cannot be parsed, instead of passing over it', () => {
    expect(plant({ folder: 'packages/storage', source: `import {` })).toEqual([
      expect.stringMatching(/cannot be parsed/),
    ]);
  });

  it('ask for the node: prefix', () => {
    expect(plant({ folder: 'packages/storage', source: `import 'fs';` })).toEqual([`write 'node:fs'`]);
  });
});

describe('finding imports', () => {
  it('gives the line of each, and null where the name is computed', () => {
    const source = `// import 'in-a-comment'\nconst text = "import 'in-a-string'";\nconst name = 'x';\nvoid import(name);\nimport 'real';`;
    expect(importsOf(source, 'file.ts')).toEqual([
      { specifier: null, line: 4 },
      { specifier: 'real', line: 5 },
    ]);
  });
});

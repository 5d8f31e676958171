// Holds every import of packages/*/src and apps/*/src against the rules.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { importsOf } from './imports.mjs';
import { mayImport, reserved } from './rules.mjs';

const isTest = (file) => /\.test\.tsx?$/.test(file) || file.includes('/testing/');

/**
 * @param {string} root a folder that holds packages/ and apps/
 * @returns {{ numFiles: number, violations: { file: string, line: number, message: string }[] }}
 */
export function checkBoundaries(root) {
  const folders = ['packages', 'apps'].flatMap((group) =>
    subfolders(path.join(root, group)).map((name) => `${group}/${name}`),
  );
  const violations = [];
  let numFiles = 0;
  for (const folder of folders) {
    const sources = sourceFiles(path.join(root, folder, 'src'));
    if (sources.length > 0 && !mayImport[folder]) {
      violations.push({
        file: folder,
        line: 1,
        message: `${folder} has no line in scripts/boundaries/rules.mjs: say there what it may import`,
      });
      continue;
    }
    const manifest = readManifest(path.join(root, folder, 'package.json'));
    for (const file of sources) {
      numFiles += 1;
      const relative = path.relative(root, file);
      const { imports, problem } = parse(file);
      if (problem) violations.push({ file: relative, line: 1, message: problem });
      for (const { specifier, line } of imports) {
        const message = objection({ specifier, file, folder, root, manifest });
        if (message) violations.push({ file: relative, line, message });
      }
    }
  }
  return { numFiles, violations };
}

function parse(file) {
  try {
    return { imports: importsOf(readFileSync(file, 'utf8'), file) };
  } catch (error) {
    return { imports: [], problem: `cannot be parsed: ${error.message.split('\n')[1] ?? error.message}` };
  }
}

/** What is wrong with one import, or undefined. */
function objection({ specifier, file, folder, root, manifest }) {
  if (specifier === null) return undefined; // decided at run time: packages/compute picks its engine so
  if (specifier.startsWith('.')) return leavesPackage({ specifier, file, folder, root });
  if (specifier.startsWith('@/'))
    return folder === 'apps/web' ? undefined : `'${specifier}' is an alias of apps/web`;
  if (specifier.startsWith('node:')) return undefined;
  if (path.isAbsolute(specifier)) return `'${specifier}' is a path on one machine`;
  if (builtinModules.includes(specifier)) return `write 'node:${specifier}'`;
  return (
    (specifier.startsWith('@tangent/')
      ? breaksTable(specifier, file, folder)
      : breaksReservation(specifier, file, folder)) ?? isUndeclared(specifier, file, manifest)
  );
}

function leavesPackage({ specifier, file, folder, root }) {
  const target = path.resolve(path.dirname(file), specifier);
  const home = path.join(root, folder, 'src');
  if (target.startsWith(home + path.sep) || target === home) return undefined;
  return `'${specifier}' leaves ${folder}/src: import another package by its name`;
}

function breaksTable(specifier, file, folder) {
  const [scope, name, ...inner] = specifier.split('/');
  if (inner.includes('src') || inner.includes('dist'))
    return `'${specifier}' reaches into a package: use its exports`;
  if (['api', 'worker', 'web'].includes(name)) return `nothing imports an app ('${specifier}')`;
  if (['test', 'bench'].includes(name) || name.startsWith('example-')) {
    return `'${specifier}' is a test, a benchmark or an example: nothing imports those`;
  }
  const allowed = mayImport[folder];
  if (allowed.includes(`${scope}/${name}`)) return undefined;
  // A test may look at what its package is made for; the product may not.
  if (isTest(file) && name === path.basename(folder)) return undefined;
  const list = allowed.length > 0 ? allowed.join(', ') : 'no package of ours';
  return `${folder} may not import ${scope}/${name}; it may import ${list}`;
}

function breaksReservation(specifier, file, folder) {
  for (const { packages, onlyIn, because } of reserved) {
    if (!packages.some((pattern) => pattern.test(specifier)) || onlyIn.includes(folder)) continue;
    return `only ${onlyIn.join(' and ')} may import '${specifier}': ${because}`;
  }
  // Runner and helpers of tests come from the root's devDependencies; the product must not lean on those.
  const isTestTool = /^(vitest|fast-check|happy-dom|@testing-library)(\/|$)/.test(specifier);
  return isTestTool && !isTest(file) ? `'${specifier}' is for tests` : undefined;
}

function isUndeclared(specifier, file, { declared, declaredForTests }) {
  const name = packageName(specifier);
  if (declared.has(name)) return undefined;
  if (isTest(file) && (declaredForTests.has(name) || /^(vitest|fast-check|happy-dom)$/.test(name)))
    return undefined;
  return `'${name}' is not among the dependencies in package.json`;
}

function packageName(specifier) {
  const [first, second] = specifier.split('/');
  return specifier.startsWith('@') ? `${first}/${second}` : first;
}

function readManifest(file) {
  const manifest = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const { name, dependencies, peerDependencies, optionalDependencies, devDependencies } = manifest;
  const production = { ...dependencies, ...peerDependencies, ...optionalDependencies };
  return {
    declared: new Set([name, ...Object.keys(production)]),
    declaredForTests: new Set(Object.keys(devDependencies ?? {})),
  };
}

function subfolders(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.includes(`${path.sep}generated${path.sep}`))
    .sort();
}

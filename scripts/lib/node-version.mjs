// The first thing that runs, on whatever Node there is: so it uses nothing that an old one lacks.
import { readFileSync } from 'node:fs';

const read = (name) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

/** Says what is wrong with this Node, or returns true. */
export function hasRightNode(version = process.versions.node) {
  if (isSupported(version)) return true;
  const { engines } = JSON.parse(read('package.json'));
  const wanted = read('.nvmrc').trim();
  console.error(
    `Tangent needs Node ${engines.node}; this is Node ${version}. With nvm: nvm install ${wanted} && nvm use ${wanted}`,
  );
  return false;
}

/** The range of package.json (>=20.20 <21 || >=22), without a package that reads such ranges. */
export function isSupported(version) {
  const [major, minor] = version.split('.').map(Number);
  return major >= 22 || (major === 20 && minor >= 20);
}

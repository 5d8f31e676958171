// npm run boundaries: fails when an import breaks the table of ARCHITECTURE.md.
//   node scripts/check-boundaries.mjs [folder]
import path from 'node:path';
import { checkBoundaries } from './boundaries/check.mjs';
import { root } from './lib/paths.mjs';

const { numFiles, violations } = checkBoundaries(path.resolve(process.argv[2] ?? root));
for (const { file, line, message } of violations) console.error(`${file}:${line}  ${message}`);
if (violations.length > 0) {
  console.error(
    `\n${violations.length} imports break the boundaries (scripts/boundaries/rules.mjs, ARCHITECTURE.md)`,
  );
  process.exitCode = 1;
} else {
  console.log(`boundaries hold in ${numFiles} files`);
}

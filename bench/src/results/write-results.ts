import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../harness-report.js';
import { makeResults, type NamedReport } from './make-results.js';

const clone = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/** The reports of a folder, by file name. */
export function readReports(folder: string = path.join(clone, 'bench/results')): NamedReport[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({
      name: file.slice(0, -'.json'.length),
      report: JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Report,
    }));
}

/** Writes docs/results.md and its diagrams from the reports, and takes away diagrams that none of them draws. */
export function writeResults(docs: string = path.join(clone, 'docs'), reports = readReports()): void {
  const { markdown, images } = makeResults(reports);
  const folder = path.join(docs, 'images/results');
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder))
    if (file.endsWith('.svg') && !images.has(file)) rmSync(path.join(folder, file));
  for (const [file, svg] of images) writeFileSync(path.join(folder, file), svg);
  writeFileSync(path.join(docs, 'results.md'), markdown);
}

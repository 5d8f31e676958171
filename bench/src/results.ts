// npm run bench -- results: makes docs/results.md and its diagrams from the reports in bench/results.
import { writeResults } from './results/write-results.js';

writeResults();
console.log('written to docs/results.md');

// What other programs of this repository take from the example.
export * from './digits.js';
export * from './digits-project.js';
export * from './digits-zip.js';
export * from './oracle-run.js';
export * from './summary.js';

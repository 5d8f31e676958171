// tfjs-core's own tests, set up to run on this backend alone; bundled by run.mjs. The set-up must come first.
import './set-up.js';
import '@tensorflow/tfjs-core/dist/tests.js';

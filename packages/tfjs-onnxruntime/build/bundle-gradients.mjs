// tfjs-core ships the gradients of its kernels only as modules that Node cannot load (its package says CommonJS).
// They are bundled into one that it can. The bundle's copies of tfjs-core's operations work on the one global engine.
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const core = path.dirname(require.resolve('@tensorflow/tfjs-core/package.json'));

await build({
  stdin: {
    // Some gradients are written with chained operations (`dy.reshape(…)`).
    contents:
      "import './public/chained_ops/register_all_chained_ops.js'; import './register_all_gradients.js';",
    resolveDir: path.join(core, 'dist'),
  },
  outfile: path.join(import.meta.dirname, '../dist/gradients.js'),
  bundle: true,
  // tfjs-core calls its registrations free of side effects; without them nothing would be left.
  ignoreAnnotations: true,
  format: 'esm',
  platform: 'node',
  external: ['node-fetch', 'util', 'seedrandom', 'long'],
  banner: {
    // tfjs-core comes first: the class of tensors that is loaded first is everybody's.
    js: "import '@tensorflow/tfjs-core'; import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  legalComments: 'none',
});

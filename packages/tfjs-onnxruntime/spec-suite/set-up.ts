import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { registerTestEnv } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
import { backendName, registerOnnxRuntime } from '../src/index.js';

registerOnnxRuntime();
registerTestEnv({ name: backendName, backendName, isDataSync: true });

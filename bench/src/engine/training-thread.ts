import { chooseEngine, serveComputeThread } from '@tangent/compute';
import '@tangent/tfjs-onnxruntime/gradients';
import { cnn } from './networks.js';
import { timeTraining } from './training.js';

export const handlers = {
  async train({ runs }: { readonly runs: number }): Promise<number> {
    await chooseEngine({ engine: 'tfjs-onnxruntime' });
    return timeTraining(cnn, { batch: 100, optimiser: 'adam', runs }).length;
  },
};

serveComputeThread(handlers);

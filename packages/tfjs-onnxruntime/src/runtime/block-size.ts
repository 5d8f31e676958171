import { planFor } from '../graph/plan.js';
import { Recorder } from '../graph/recorder.js';
import { Value } from '../graph/value.js';
import { serialise } from '../onnx/serialise.js';
import { toBlocks } from '../ops/blocked.js';
import { argumentOf, newSession } from './binding.js';
import type { Settings } from './options.js';
import { sessionOptions } from './session-options.js';

/**
 * Channels in a block of ONNX Runtime's blocked convolutions here: 16 with AVX-512, 8 with AVX, null where there are none.
 * Found by blocking an image whose numbers count its channels, and looking where they went.
 */
export function findBlockSize(settings: Settings): number | null {
  if (settings.provider !== 'cpu') return null;
  const [channels, width] = [16, 2];
  const g = new Recorder();
  const image = new Value([1, channels, 1, width], 'float32');
  image.data = Float32Array.from({ length: channels * width }, (_, i) => Math.floor(i / width));
  const blocked = toBlocks(g, image, channels);
  const plan = planFor([blocked]);
  const session = newSession();
  try {
    const bytes = serialise(plan);
    session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, sessionOptions(settings));
    const feeds = { [`v${image.slot}`]: argumentOf('float32', image.data, image.shape) };
    const results = session.run(feeds, { [`v${blocked.slot}`]: null }, {});
    const order = results[`v${blocked.slot}`]!.data as Float32Array;
    session.dispose();
    // The channels of one pixel follow one another until the block ends: then the next pixel starts with channel 0.
    const block = order.indexOf(0, 1);
    return block === 8 || block === 16 ? block : null;
  } catch {
    return null; // no blocked operators in this build
  }
}

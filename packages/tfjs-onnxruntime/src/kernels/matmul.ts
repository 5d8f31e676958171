import { matmul } from '../ops/matmul.js';
import { finish } from './activation.js';
import { type Call, kernel, onCpu } from './define.js';

interface Attrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

export function registerMatmul(): void {
  kernel<Attrs>('BatchMatMul', (call) => (isFloat(call) ? product(call) : onCpu));
  kernel<Attrs>('_FusedMatMul', (call) => {
    const { g, optional, attrs } = call;
    if (!isFloat(call)) return onCpu;
    return finish(g, product(call), {
      bias: optional('bias'),
      activation: attrs.activation,
      preluActivationWeights: optional('preluActivationWeights'),
      leakyreluAlpha: attrs.leakyreluAlpha,
    });
  });
}

const isFloat = ({ info }: Call<Attrs>) => info('a').dtype === 'float32' && info('b').dtype === 'float32';

const product = ({ g, value, attrs }: Call<Attrs>) =>
  matmul(g, value('a'), value('b'), attrs.transposeA, attrs.transposeB);

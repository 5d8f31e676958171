/** Settings of Adam; β₂ = 0.99 forgets fast enough for the 150 steps of a round. */
export interface AdamConfig {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1, ε = 1e-8) over one parameter array, in place. In plain JavaScript, because the
 * optimizer of tfjs makes a dozen passes with an allocation each: twice the time on the wasm engine.
 */
export class Adam {
  private readonly mean: Float32Array;
  private readonly square: Float32Array;
  private numSteps = 0;

  constructor(
    private readonly parameters: Float32Array,
    private readonly config: AdamConfig,
  ) {
    this.mean = new Float32Array(parameters.length);
    this.square = new Float32Array(parameters.length);
  }

  /** gradient: as long as the parameters. */
  step(gradient: Float32Array): void {
    const { learningRate, beta1, beta2 } = this.config;
    const { parameters, mean, square } = this;
    this.numSteps++;
    const rate = learningRate / (1 - beta1 ** this.numSteps);
    const scale = 1 / (1 - beta2 ** this.numSteps);
    for (let i = 0; i < parameters.length; i++) {
      const g = gradient[i]!;
      const m = beta1 * mean[i]! + (1 - beta1) * g;
      const v = beta2 * square[i]! + (1 - beta2) * g * g;
      mean[i] = m;
      square[i] = v;
      parameters[i]! -= (rate * m) / (Math.sqrt(v * scale) + 1e-8);
    }
  }
}

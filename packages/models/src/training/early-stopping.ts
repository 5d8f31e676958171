import type { Network } from '@tangent/networks';
import type { EarlyStopping } from './training-config.js';

/** Keeps the network of the smallest held-out loss, and says when to stop waiting for a smaller one. */
export class BestNetwork {
  private best: { readonly loss: number; readonly step: number; readonly network: Network } | null = null;
  private numWorse = 0;

  constructor(private readonly config: EarlyStopping) {}

  isDue(step: number, steps: number): boolean {
    return step % this.config.everySteps === 0 || step === steps;
  }

  /** Whether to stop. `read` copies the network, which is only done for a new minimum. */
  look(loss: number, step: number, read: () => Network): boolean {
    if (this.best === null || loss < this.best.loss) {
      this.best = { loss, step, network: read() };
      this.numWorse = 0;
      return false;
    }
    this.numWorse++;
    return this.numWorse >= this.config.patience;
  }

  /** After the first look. */
  get found(): { readonly loss: number; readonly step: number; readonly network: Network } {
    return this.best!;
  }
}

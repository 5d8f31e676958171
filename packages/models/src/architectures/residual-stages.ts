/** A residual block: its channels, and the stride of its first convolution. */
export interface ResidualBlock {
  readonly numInputs: number;
  readonly numOutputs: number;
  readonly stride: number;
}

export interface ResidualStages {
  readonly numStages: number;
  readonly blocksPerStage: number;
  /** Channels of the first stage; each has twice as many as the one before, and halves height and width, but the first. */
  readonly width: number;
  /** Channels of the input. */
  readonly numInputs: number;
}

/** Stacks blocks in stages by `add`, which makes a block of this name behind `last`, and gives its last node. */
export function addStages(
  input: string,
  { numStages, blocksPerStage, width, numInputs }: ResidualStages,
  add: (name: string, last: string, block: ResidualBlock) => string,
): { readonly last: string; readonly numOutputs: number } {
  let [last, numChannels] = [input, numInputs];
  for (let stage = 1; stage <= numStages; stage++) {
    const numOutputs = width * 2 ** (stage - 1);
    for (let b = 1; b <= blocksPerStage; b++) {
      const stride = stage > 1 && b === 1 ? 2 : 1;
      last = add(`stage${stage}-block${b}`, last, { numInputs: numChannels, numOutputs, stride });
      numChannels = numOutputs;
    }
  }
  return { last, numOutputs: numChannels };
}

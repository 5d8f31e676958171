import * as tf from '@tensorflow/tfjs-core';

/** Parameters up to this size are updated together: there a node costs more than its arithmetic. */
const small = 32_768;

/**
 * Groups of parameters that are updated as one vector: all the small ones together, every large one alone. Putting a
 * large one into a vector and taking it out again would cost three more passes over it.
 */
export class Buckets {
  private readonly groups: readonly (readonly number[])[];

  constructor(private readonly parameters: readonly tf.Variable[]) {
    const indices = parameters.map((_, at) => at);
    const together = indices.filter((at) => parameters[at]!.size <= small);
    const alone = indices.filter((at) => parameters[at]!.size > small).map((at) => [at]);
    this.groups = together.length > 0 ? [...alone, together] : alone;
  }

  /** A variable of zeros for every group, [size of the group]. */
  zeros(name: string): tf.Variable[] {
    return this.groups.map((group, at) => {
      const size = group.reduce((sum, index) => sum + this.parameters[index]!.size, 0);
      return tf.tidy(() => tf.variable(tf.zeros([size]), false, `${name}-${at}-${nextName()}`));
    });
  }

  /** Assigns θ ← rule(θ, gradient, place of the group) to every group. */
  update(
    gradients: readonly tf.Tensor[],
    rule: (theta: tf.Tensor1D, gradient: tf.Tensor1D, group: number) => tf.Tensor,
  ): void {
    this.groups.forEach((group, at) => {
      const flat = (tensors: readonly tf.Tensor[]) =>
        tf.concat(group.map((index) => tf.reshape(tensors[index]!, [-1])));
      const next = rule(flat(this.parameters) as tf.Tensor1D, flat(gradients) as tf.Tensor1D, at);
      let begin = 0;
      for (const index of group) {
        const parameter = this.parameters[index]!;
        const part = group.length === 1 ? next : tf.slice(next, begin, parameter.size);
        parameter.assign(tf.reshape(part, parameter.shape));
        begin += parameter.size;
      }
    });
  }
}

let numNames = 0;
/** tfjs wants names of variables to be unique. */
const nextName = () => ++numNames;

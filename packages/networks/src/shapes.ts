import {
  inputName,
  type Network,
  type NetworkNode,
  type Operation,
  type Parameter,
  UnsupportedNetworkError,
} from './network.js';
import { sizeOf } from './operation-fields.js';
import { type Shape, spatialShape } from './spatial-shapes.js';

/**
 * The shape of one example at the input and at every node's output, by name, without the batch.
 * Throws UnsupportedNetworkError where an input is missing or a shape does not fit.
 */
export function shapesOf(network: Network): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>([[inputName, network.inputShape]]);
  for (const node of network.nodes) shapes.set(node.name, outputShapeOf(node, inputShapesOf(node, shapes)));
  return shapes;
}

function inputShapesOf({ name, inputs }: NetworkNode, shapes: ReadonlyMap<string, Shape>): readonly Shape[] {
  return inputs.map((input) => {
    const shape = shapes.get(input);
    if (!shape)
      throw new UnsupportedNetworkError(
        `layer ${name}: there is no layer ${input} before it; list layers after their inputs`,
      );
    return shape;
  });
}

/** The shape of a node's output from those of its inputs. Throws UnsupportedNetworkError. */
export function outputShapeOf(node: NetworkNode, inputs: readonly Shape[]): Shape {
  const { name, operation } = node;
  const isMerge = operation.type === 'add' || operation.type === 'concat';
  if (isMerge ? inputs.length < 2 : inputs.length !== 1)
    throw new UnsupportedNetworkError(
      `layer ${name}: a ${operation.type} takes ${isMerge ? 'two inputs or more' : 'one input'}, not ${inputs.length}`,
    );
  const shape = shapeOf(name, operation, inputs);
  if (sizeOf(shape) > maxActivations)
    throw new UnsupportedNetworkError(
      `layer ${name}: an output of [${shape}] for every example is more than the ${maxActivations} numbers that fit; make the layer smaller`,
    );
  return shape;
}

/** Numbers of one node's output for one example, 64 MiB. */
const maxActivations = 2 ** 24;

function shapeOf(name: string, operation: Operation, inputs: readonly Shape[]): Shape {
  const x = inputs[0]!;
  switch (operation.type) {
    case 'dense':
      return denseShape(name, operation, x);
    case 'conv2d':
    case 'depthwise-conv2d':
    case 'pool':
      return spatialShape(name, operation, x);
    case 'batch-norm': {
      const { gamma, beta, mean, variance } = operation;
      assertVectors(name, x.at(-1), { gamma, beta, mean, variance });
      return x;
    }
    case 'layer-norm':
      assertVectors(name, x.at(-1), { gamma: operation.gamma, beta: operation.beta });
      return x;
    case 'embedding':
      return embeddingShape(name, operation.table, x);
    case 'activation':
    case 'dropout':
      return x;
    case 'add':
      if (!inputs.every((shape) => sameShape(shape, x)))
        throw new UnsupportedNetworkError(
          `layer ${name}: it adds outputs of different shapes, ${listed(inputs)}; make them one shape`,
        );
      return x;
    case 'concat':
      return concatShape(name, inputs);
    case 'global-pool':
      if (x.length < 2)
        throw new UnsupportedNetworkError(
          `layer ${name}: a global-pool needs [height, width, channels] or [tokens, channels] and gets [${x}]; take it away`,
        );
      return [x.at(-1)!];
    case 'flatten':
      return [sizeOf(x)];
    case 'reshape':
      if (sizeOf(operation.shape) !== sizeOf(x))
        throw new UnsupportedNetworkError(
          `layer ${name}: [${x}] cannot take the shape [${operation.shape}], which has another number of entries`,
        );
      return operation.shape;
  }
}

function denseShape(name: string, { kernel, bias }: Extract<Operation, { type: 'dense' }>, x: Shape): Shape {
  const [numInputs, numOutputs] = kernel.shape;
  if (kernel.shape.length !== 2 || numInputs !== x.at(-1))
    throw new UnsupportedNetworkError(
      `layer ${name}: a kernel of shape [${kernel.shape}] does not fit inputs of [${x}]; it must be [${x.at(-1) ?? 'in'}, out]`,
    );
  assertVectors(name, numOutputs, { bias });
  return [...x.slice(0, -1), numOutputs!];
}

function embeddingShape(name: string, table: Parameter, x: Shape): Shape {
  if (table.shape.length !== 2)
    throw new UnsupportedNetworkError(
      `layer ${name}: the table of an embedding is [vocabulary, width], not [${table.shape}]`,
    );
  if (x.length !== 1)
    throw new UnsupportedNetworkError(
      `layer ${name}: an embedding reads [tokens] of integers, not [${x}]; flatten its input`,
    );
  return [...x, table.shape[1]!];
}

function concatShape(name: string, inputs: readonly Shape[]): Shape {
  const leading = inputs[0]!.slice(0, -1);
  if (!inputs.every((shape) => shape.length > 0 && sameShape(shape.slice(0, -1), leading)))
    throw new UnsupportedNetworkError(
      `layer ${name}: it joins ${listed(inputs)}; all axes but the last must be equal`,
    );
  return [...leading, inputs.reduce((sum, shape) => sum + shape.at(-1)!, 0)];
}

function assertVectors(
  name: string,
  width: number | undefined,
  parameters: Readonly<Record<string, Parameter | null>>,
): void {
  for (const [what, parameter] of Object.entries(parameters))
    if (parameter && !(parameter.shape.length === 1 && parameter.shape[0] === width))
      throw new UnsupportedNetworkError(
        `layer ${name}: the ${what} of shape [${parameter.shape}] must be [${width ?? ''}]`,
      );
}

const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((extent, axis) => extent === b[axis]);
const listed = (shapes: readonly Shape[]): string => shapes.map((shape) => `[${shape}]`).join(' and ');

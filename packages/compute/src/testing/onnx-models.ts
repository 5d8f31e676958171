import { attributeTypes, elementTypes, encodeModel } from '@tangent/tfjs-onnxruntime';
import { randomMatrix } from './matrices.js';

export interface OnnxParts {
  readonly nodes: readonly object[];
  readonly inputs: readonly object[];
  readonly outputs: readonly object[];
  readonly initializers?: readonly object[];
}

/** An ONNX file of these parts. */
export const onnxFile = ({ nodes, inputs, outputs, initializers = [] }: OnnxParts): Uint8Array =>
  encodeModel({
    irVersion: 9,
    opsetImport: [{ domain: '', version: 18 }],
    graph: { name: 'graph', node: nodes, input: inputs, output: outputs, initializer: initializers },
  });

/** A float32 value; names are open extents. */
export const onnxValue = (
  name: string,
  shape: readonly (number | string)[],
  dtype: number = elementTypes.float32,
) => ({
  name,
  type: {
    tensorType: {
      elemType: dtype,
      shape: {
        dim: shape.map((extent) =>
          typeof extent === 'number' ? { dimValue: extent } : { dimParam: extent },
        ),
      },
    },
  },
});

export const onnxTensor = (name: string, dims: readonly number[], values: Float32Array) => ({
  name,
  dims,
  dataType: elementTypes.float32,
  rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});

export const onnxNode = (
  opType: string,
  input: readonly string[],
  output: readonly string[],
  ints: Readonly<Record<string, readonly number[]>> = {},
) => ({
  opType,
  name: `${opType}-${output[0]}`,
  input,
  output,
  attribute: Object.entries(ints).map(([name, values]) => ({
    name,
    ints: values,
    type: attributeTypes.ints,
  })),
});

/** relu(x W₁ + b₁) W₂ and a softmax, x: [batch, width]; with its weights. */
export function onnxPerceptron(width: number, hidden: number, numOutputs: number) {
  const first = Float32Array.from(randomMatrix(width, hidden, 'onnx first'));
  const bias = Float32Array.from(randomMatrix(1, hidden, 'onnx bias'));
  const second = Float32Array.from(randomMatrix(hidden, numOutputs, 'onnx second'));
  const bytes = onnxFile({
    nodes: [
      onnxNode('Gemm', ['x', 'w1', 'b1'], ['z']),
      onnxNode('Relu', ['z'], ['features']),
      onnxNode('MatMul', ['features', 'w2'], ['logits']),
      onnxNode('Softmax', ['logits'], ['p']),
    ],
    inputs: [onnxValue('x', ['batch', width])],
    outputs: [onnxValue('p', ['batch', numOutputs])],
    initializers: [
      onnxTensor('w1', [width, hidden], first),
      onnxTensor('b1', [hidden], bias),
      onnxTensor('w2', [hidden, numOutputs], second),
    ],
  });
  return { bytes, first, bias, second };
}

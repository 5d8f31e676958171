import {
  concatRows,
  decodeFactors,
  encodeFactors,
  type GradientFactors,
  selectRows,
  takeRows,
} from '@tangent/ntk';

/** What is known of some items of a pool: gradient factors, and what some strategies ask for besides. */
export interface PoolFeatures {
  readonly factors: GradientFactors;
  /** Class probabilities under dropout masks, [n, numDraws · k]; empty where no strategy asks. */
  readonly draws: Matrix;
  /** Inputs of the network, [n, numInputs]; empty where nothing asks. */
  readonly inputs: Matrix;
}

/** Row-major float32. */
export interface Matrix {
  readonly values: Float32Array;
  readonly width: number;
}
export const noMatrix: Matrix = { values: new Float32Array(), width: 0 };

const magic = 'tangent-pool-features-1\n';

/** The line `tangent-pool-features-1`, a line of JSON with the sizes, the factors, then draws and inputs as float32. */
export function encodePoolFeatures({ factors, draws, inputs }: PoolFeatures): Uint8Array {
  const encoded = encodeFactors(factors);
  const header = { factorBytes: encoded.length, drawsWidth: draws.width, inputsWidth: inputs.width };
  const bytesOf = ({ values }: Matrix) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([
    Buffer.from(`${magic}${JSON.stringify(header)}\n`),
    encoded,
    bytesOf(draws),
    bytesOf(inputs),
  ]);
}

/** Throws RangeError for foreign and truncated bytes. */
export function decodePoolFeatures(bytes: Uint8Array): PoolFeatures {
  const end = bytes.indexOf(10, magic.length);
  if (end < 0 || Buffer.from(bytes.subarray(0, magic.length)).toString('latin1') !== magic)
    throw new RangeError('these bytes are not features of a pool of this version; start a new round');
  const header = JSON.parse(Buffer.from(bytes.subarray(magic.length, end)).toString()) as {
    factorBytes: number;
    drawsWidth: number;
    inputsWidth: number;
  };
  let at = end + 1 + header.factorBytes;
  const factors = decodeFactors(bytes.subarray(end + 1, at));
  const take = (width: number): Matrix => {
    const length = 4 * width * factors.numExamples;
    const part = Uint8Array.from(bytes.subarray(at, at + length));
    if (part.length !== length) throw new RangeError('the features of the pool are truncated');
    at += length;
    return { values: new Float32Array(part.buffer), width };
  };
  return { factors, draws: take(header.drawsWidth), inputs: take(header.inputsWidth) };
}

export function selectFeatures({ factors, draws, inputs }: PoolFeatures, rows: Int32Array): PoolFeatures {
  const take = ({ values, width }: Matrix) => ({ values: takeRows(values, width, rows), width });
  return { factors: selectRows(factors, rows), draws: take(draws), inputs: take(inputs) };
}

export function concatFeatures(parts: readonly PoolFeatures[]): PoolFeatures {
  return {
    factors: concatRows(parts.map(({ factors }) => factors)),
    draws: concatMatrices(parts.map(({ draws }) => draws)),
    inputs: concatMatrices(parts.map(({ inputs }) => inputs)),
  };
}

function concatMatrices(parts: readonly Matrix[]): Matrix {
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  return { values, width: parts[0]!.width };
}

import type { ComputeContext } from '@tangent/compute';
import type { BackboneConfig } from '@tangent/contracts';
import { type OnnxBackbone, openOnnxBackbone } from '@tangent/models';
import { LRUCache } from 'lru-cache';

export interface EmbedInput {
  /** Of the ONNX file. */
  readonly blobKey: string;
  readonly inputShape: readonly number[];
  readonly layout: BackboneConfig['layout'];
  /** Null: the penultimate activations. */
  readonly output: string | null;
  /** [numItems, …inputShape]. */
  readonly x: Float32Array;
  readonly numItems: number;
  /** The ONNX file; null: the one that was opened before. */
  readonly file: Uint8Array | null;
}

export interface Embedded {
  /** [numItems, width]. */
  readonly values: Float32Array;
  readonly width: number;
  /** Name of the value that was taken. */
  readonly output: string;
}

/** Wider embeddings are refused: their scale is kept with every model version. */
const maxWidth = 16_384;

/** Opening takes longer than a batch. The few that are in use live here, and die with the thread. */
const opened = new LRUCache<string, OnnxBackbone>({ max: 2, dispose: (backbone) => backbone.dispose() });

/** The penultimate value of a file: fitting asks for it by null and all that follows by its name, of one open file. */
const defaultOutputs = new LRUCache<string, string>({ max: 64 });

/** Embeddings of some items; null when the file is not open here and must come along. Throws OnnxModelError. */
export function embed(input: EmbedInput, context: ComputeContext): Embedded | null {
  const backbone = backboneFor(input);
  if (!backbone) return null;
  const values = backbone.embed(input.x, input.numItems);
  context.transfer(values);
  return { values, width: backbone.width, output: backbone.output };
}

function backboneFor(input: EmbedInput): OnnxBackbone | null {
  const { blobKey, inputShape, layout, file } = input;
  const output = input.output ?? defaultOutputs.get(blobKey);
  const known = output === undefined ? undefined : opened.get(keyOf(input, output));
  if (known) return known;
  if (!file) return null;
  const backbone = openOnnxBackbone(file, {
    inputShape,
    maxWidth,
    ...(layout !== null && { layout: layout === 'nhwc' ? 'channels-last' : 'channels-first' }),
    ...(output !== undefined && { output }),
  });
  if (input.output === null) defaultOutputs.set(blobKey, backbone.output);
  opened.set(keyOf(input, backbone.output), backbone);
  return backbone;
}

const keyOf = ({ blobKey, inputShape, layout }: EmbedInput, output: string): string =>
  JSON.stringify([blobKey, inputShape, layout, output]);

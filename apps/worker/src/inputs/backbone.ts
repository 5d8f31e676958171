import type { BackboneConfig, ProjectType } from '@tangent/contracts';
import type { ItemContentRecord, NetworkContent } from '@tangent/database';
import { fitStandardisation, type Standardisation, standardiseInPlace } from '@tangent/models';
import type { Embedded } from '../compute/embed.js';
import type { RoundContext } from '../rounds/round-context.js';
import { backboneInputShape } from './backbone-shape.js';
import { InputError } from './input-error.js';
import { stackVectors } from './stack-vectors.js';

export type InputContext = Pick<RoundContext, 'blobs' | 'compute' | 'pixels' | 'signal'>;

/** Which network reads which inputs. */
interface Backbone {
  readonly networkId: string;
  /** Of the ONNX file: the bytes that made the embeddings, whatever becomes of the network’s row. */
  readonly blobKey: string;
  readonly items: 'pixels' | 'vectors';
  /** Images [height, width, channels], or [numbers]. */
  readonly inputShape: readonly number[];
  readonly layout: BackboneConfig['layout'];
  /** Null: not known yet which value is the default one. */
  readonly output: string | null;
  /** Of the inputs; null: pixels from 0 to 1, vectors as they are. */
  readonly inputScale: Standardisation | null;
}

export interface BackboneFeaturiser extends Backbone {
  readonly kind: 'backbone';
  readonly output: string;
  readonly width: number;
  /** Of the embeddings, by column. */
  readonly scale: Standardisation;
}

/** Numbers that go to the compute thread at once; 16 MB. */
const atOnce = 2 ** 22;

/** Looks how the items fit the network, and scales its embeddings on a sample of the pool. Throws InputError. */
export async function fitBackbone(
  context: InputContext,
  question: {
    readonly type: ProjectType;
    readonly config: BackboneConfig;
    readonly network: NetworkContent;
    /** Of one item as it is. */
    readonly natural: readonly number[];
  },
  sample: readonly ItemContentRecord[],
): Promise<{ readonly featuriser: BackboneFeaturiser; readonly x: Float32Array }> {
  const { type, config, network, natural } = question;
  const { networkId, layout, scale: inputScale } = config;
  const inputShape = backboneInputShape({ type, config, declared: network.inputShape, natural });
  const channels = inputShape.at(-1)!;
  if (inputScale && inputScale.mean.length !== 1 && inputScale.mean.length !== channels)
    throw new InputError(
      'backbone-unfit',
      `backbone.scale has ${inputScale.mean.length} means, and the inputs of ${networkId} are [${inputShape}]; give one, or ${channels}`,
    );
  const backbone: Backbone = {
    networkId,
    blobKey: network.blobKey,
    items: type === 'image' ? 'pixels' : 'vectors',
    inputShape,
    layout,
    output: config.output,
    inputScale,
  };
  const { values, width, output } = await embedItems(context, backbone, sample);
  const scale = fitStandardisation(values, width, 'column');
  return {
    featuriser: { kind: 'backbone', ...backbone, output, width, scale },
    x: standardiseInPlace(values, scale),
  };
}

/** Standardised embeddings of the items, [items, width]. Throws InputError. */
export async function applyBackbone(
  context: InputContext,
  featuriser: BackboneFeaturiser,
  items: readonly ItemContentRecord[],
): Promise<Float32Array> {
  if (items.length === 0) return new Float32Array();
  return standardiseInPlace((await embedItems(context, featuriser, items)).values, featuriser.scale);
}

async function embedItems(
  context: InputContext,
  backbone: Backbone,
  items: readonly ItemContentRecord[],
): Promise<Embedded> {
  const size = backbone.inputShape.reduce((product, extent) => product * extent, 1);
  const numAtOnce = Math.max(1, Math.floor(atOnce / size));
  let all: Embedded | undefined;
  for (let from = 0; from < items.length; from += numAtOnce) {
    const part = items.slice(from, from + numAtOnce);
    const found = await embedPart(context, backbone, part);
    all ??= { ...found, values: new Float32Array(items.length * found.width) };
    all.values.set(found.values, from * found.width);
  }
  return all!;
}

async function embedPart(
  context: InputContext,
  backbone: Backbone,
  items: readonly ItemContentRecord[],
): Promise<Embedded> {
  const { blobs, compute, signal } = context;
  const { networkId, blobKey, inputShape, layout, output } = backbone;
  const x = await loadInputs(context, backbone, items);
  const input = { blobKey, inputShape, layout, output, x, numItems: items.length };
  try {
    const found = await compute.call('embed', { ...input, file: null }, { signal });
    // The thread opens a file once, and is sent it only then.
    return found ?? (await compute.call('embed', { ...input, file: await blobs.get(blobKey) }, { signal }))!;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'onnx-model-unsupported') throw error;
    throw new InputError(
      'backbone-unfit',
      `the backbone ${networkId}, on ${items.length} items from ${items[0]!.id} on: ${(error as Error).message}. Change settings.backbone (inputShape, layout, output, scale), or bring another network`,
      { cause: error },
    );
  }
}

/** [items, …inputShape]. */
async function loadInputs(
  { pixels }: InputContext,
  { items: kind, inputShape, inputScale }: Backbone,
  items: readonly ItemContentRecord[],
): Promise<Float32Array> {
  const [height, width, channels] = inputShape as [number, number, 1 | 3];
  const x =
    kind === 'pixels'
      ? await pixels.load(items, { height, width, channels })
      : stackVectors(
          items,
          inputShape.reduce((product, extent) => product * extent, 1),
        );
  return inputScale ? standardiseInPlace(x, inputScale) : x;
}

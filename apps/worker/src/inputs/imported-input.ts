import type { ProjectType } from '@tangent/contracts';
import type { ItemContentRecord } from '@tangent/database';
import { InputError } from './input-error.js';
import type { PixelShape } from './pixel-loader.js';
import { stackVectors } from './stack-vectors.js';

/** What an imported network of layers reads. */
export interface ImportedInput {
  readonly networkId: string;
  /** Of one example. */
  readonly inputShape: readonly number[];
  /** Its inputs are integers below this, which an embedding looks up; null: they are numbers. */
  readonly vocabulary: number | null;
}

/** Vectors of token ids, which stay as they are. */
export interface TokenFeaturiser {
  readonly kind: 'tokens';
  readonly networkId: string;
  readonly numInputs: number;
  readonly vocabulary: number;
}

/** Numbers of one image: as many as the longest row of a text. A worker holds those of a shard and of all labels. */
const mostNumbers = 2 ** 16;

/** Images are brought to what the network reads; null: it reads vectors, and the images decide. Throws InputError. */
export function pixelShapeFor({ networkId, inputShape }: ImportedInput): PixelShape | null {
  if (inputShape.length !== 3) return null;
  const [height, width, channels] = inputShape as [number, number, number];
  if (channels !== 1 && channels !== 3)
    throw new InputError(
      'model-unfit',
      `the network ${networkId} reads [${inputShape}], and images have 1 or 3 channels; bring a network of [height, width, 1 or 3], or choose another model.kind`,
    );
  const size = height * width * channels;
  if (size > mostNumbers)
    throw new InputError(
      'model-unfit',
      `the network ${networkId} reads [${inputShape}], ${size} numbers an image, of which ${mostNumbers} are the most; bring one for smaller images, or an ONNX file as settings.backbone`,
    );
  return { height, width, channels };
}

/** Throws InputError where an embedding reads what is no vector of token ids. */
export function assertTokens(
  { networkId, vocabulary }: ImportedInput,
  type: ProjectType,
  hasBackbone: boolean,
): void {
  if (vocabulary === null || (type === 'vector' && !hasBackbone)) return;
  const given = hasBackbone ? 'a backbone gives embeddings' : `the project holds ${type}s`;
  throw new InputError(
    'model-unfit',
    `the network ${networkId} looks up token ids, integers from 0 to ${vocabulary - 1}, and ${given}; import vectors of such ids into a project of type vector${hasBackbone ? ' without a backbone' : ''}, or choose another model.kind`,
  );
}

/** Token ids of the items, [items, numInputs]. Throws InputError for what the network does not know. */
export function stackTokens(
  items: readonly ItemContentRecord[],
  { networkId, numInputs, vocabulary }: Omit<TokenFeaturiser, 'kind'>,
): Float32Array {
  const rows = stackVectors(items, numInputs);
  const at = rows.findIndex((id) => !(Number.isInteger(id) && id >= 0 && id < vocabulary));
  if (at >= 0)
    throw new InputError(
      'model-unfit',
      `item ${items[Math.floor(at / numInputs)]!.id} has ${rows[at]} at place ${at % numInputs}, and the network ${networkId} looks up token ids, integers from 0 to ${vocabulary - 1}; import vectors of ids that it knows, or choose another model.kind`,
    );
  return rows;
}

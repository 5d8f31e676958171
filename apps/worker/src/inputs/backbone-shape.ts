import type { BackboneConfig, ProjectType } from '@tangent/contracts';
import { InputError } from './input-error.js';

export interface ShapeQuestion {
  readonly type: ProjectType;
  readonly config: Pick<BackboneConfig, 'networkId' | 'inputShape' | 'layout'>;
  /** Of one example, as the file has it; null: any extent. */
  readonly declared: readonly (number | null)[];
  /** Of one item as it is: [height, width, channels], or [numbers]. */
  readonly natural: readonly number[];
}

/**
 * Shape of what goes into a backbone, images as [height, width, channels]: the one that was set, else the extents that the
 * file has, and those of the items where it leaves them open. Throws InputError for items that cannot be brought to it.
 */
export function backboneInputShape({ type, config, declared, natural }: ShapeQuestion): readonly number[] {
  const shape = config.inputShape ?? ofFile(declared, config.layout, natural);
  if (type === 'text')
    throw new InputError(
      'backbone-unfit',
      `the backbone ${config.networkId} reads images or vectors, and the project holds texts; set settings.backbone to null (settings.text says how texts are read)`,
    );
  if (type === 'vector') {
    const size = shape.reduce((product, extent) => product * extent, 1);
    if (size !== natural[0])
      throw new InputError(
        'backbone-unfit',
        `the backbone ${config.networkId} reads [${shape}], and the items are vectors of ${natural[0]} numbers; set backbone.inputShape to one that they fill, or bring another network`,
      );
    return shape;
  }
  const channels = shape[2];
  if (shape.length !== 3 || (channels !== 1 && channels !== 3))
    throw new InputError(
      'backbone-unfit',
      `the backbone ${config.networkId} reads [${shape}], and images have 1 or 3 channels; set backbone.inputShape to [height, width, channels] and backbone.layout to the order in the file`,
    );
  return shape;
}

function ofFile(
  declared: ShapeQuestion['declared'],
  layout: BackboneConfig['layout'],
  natural: readonly number[],
): readonly number[] {
  if (declared.length !== 3) return natural;
  const [a, b, c] = declared as [number | null, number | null, number | null];
  const isChannels = (extent: number | null) => extent === 1 || extent === 3;
  const isLast = layout === 'nhwc' || (layout === null && isChannels(c) && !isChannels(a));
  const found = isLast ? [a, b, c] : [b, c, a];
  // Vectors have no axes of their own to fill in.
  if (natural.length !== 3 && found.includes(null)) return natural;
  return found.map((extent, axis) => extent ?? natural[axis]!);
}

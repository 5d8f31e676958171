import { noMapLabel, type PoolMap } from '@tangent/contracts';

/** A pool map, unpacked. All arrays are in the order of the items. */
export interface MapPoints {
  readonly itemIds: readonly string[];
  readonly classKeys: readonly string[];
  /** Places in the unit square. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Places in classKeys. */
  readonly predictions: Uint16Array;
  /** Probability of the predicted class less that of the next, 0 … 255. */
  readonly margins: Uint8Array;
  /** Places in classKeys; noMapLabel: none. */
  readonly labels: Uint16Array;
  /** 1 = best; 0: none. */
  readonly ranks: Uint32Array;
}

export function unpack(map: PoolMap): MapPoints {
  const positions = new Uint16Array(bytesOf(map.positions));
  const side = (from: 0 | 1) =>
    Float32Array.from({ length: map.itemIds.length }, (_, i) => positions[2 * i + from]! / 65_535);
  return {
    itemIds: map.itemIds,
    classKeys: map.classKeys,
    x: side(0),
    y: side(1),
    predictions: new Uint16Array(bytesOf(map.predictions)),
    margins: new Uint8Array(bytesOf(map.margins)),
    labels: new Uint16Array(bytesOf(map.labels)),
    ranks: new Uint32Array(bytesOf(map.ranks)),
  };
}

function bytesOf(base64: string): ArrayBuffer {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}

export const hasLabel = ({ labels }: MapPoints, i: number): boolean => labels[i] !== noMapLabel;
/** Labeled, as another class than is predicted. */
export const isDisagreed = (points: MapPoints, i: number): boolean =>
  hasLabel(points, i) && points.labels[i] !== points.predictions[i];

import { UnsupportedNetworkError } from '../network.js';
import { isShape } from '../operation-fields.js';

// Reads JSON that strangers wrote: only own fields count, and every value is checked before it is used.

export type JsonObject = Readonly<Record<string, unknown>>;

/** An own field; undefined where it is missing or null. */
export const fieldOf = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;

/** Throws UnsupportedNetworkError unless the value is an object. */
export function objectOf(value: unknown, where: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UnsupportedNetworkError(`${where} must be an object; save the model anew`);
  return value as JsonObject;
}

/** A list of at most `limit` values. Throws UnsupportedNetworkError. */
export function listOf(value: unknown, where: string, limit: number): readonly unknown[] {
  if (!Array.isArray(value))
    throw new UnsupportedNetworkError(`${where} must be a list; save the model anew`);
  if (value.length > limit)
    throw new UnsupportedNetworkError(`${where} has ${value.length} entries, at most ${limit} are supported`);
  return value;
}

/** A layer of a saved model: its own configuration and the names of the layers that it reads. */
export interface SavedLayer {
  readonly name: string;
  readonly className: string;
  readonly config: JsonObject;
  readonly inputs: readonly string[];
  readonly isOutput: boolean;
}

/** Throws the UnsupportedNetworkError of a layer. */
export function refuse({ name, className }: SavedLayer, message: string): never {
  throw new UnsupportedNetworkError(`layer ${name} (${className}): ${message}`);
}

const damaged = (layer: SavedLayer, name: string, what: string): never =>
  refuse(layer, `its ${name} must be ${what}; save the model anew`);

export function sizeField(layer: SavedLayer, name: string, otherwise?: number): number {
  const value = fieldOf(layer.config, name) ?? otherwise;
  return isShape([value]) ? (value as number) : damaged(layer, name, 'a positive integer');
}

export function numberField(layer: SavedLayer, name: string, otherwise: number): number {
  const value = fieldOf(layer.config, name) ?? otherwise;
  return typeof value === 'number' && Number.isFinite(value) ? value : damaged(layer, name, 'a number');
}

export function flagField(layer: SavedLayer, name: string, otherwise: boolean): boolean {
  const value = fieldOf(layer.config, name) ?? otherwise;
  return typeof value === 'boolean' ? value : damaged(layer, name, 'true or false');
}

export function textField(layer: SavedLayer, name: string, otherwise: string): string {
  const value = fieldOf(layer.config, name) ?? otherwise;
  return typeof value === 'string' ? value : damaged(layer, name, 'a text');
}

/** Two positive integers; one stands for both. */
export function pairField(
  layer: SavedLayer,
  name: string,
  otherwise: readonly [number, number],
): readonly [number, number] {
  const value = fieldOf(layer.config, name) ?? otherwise;
  if (isShape([value])) return [value as number, value as number];
  return isShape(value) && value.length === 2
    ? [value[0]!, value[1]!]
    : damaged(layer, name, 'two positive integers');
}

/** Axes, counted with the batch; one stands for a list of one. */
export function axesField(layer: SavedLayer, name: string, otherwise: number): readonly number[] {
  const value = fieldOf(layer.config, name) ?? otherwise;
  const axes: readonly unknown[] = Array.isArray(value) && value.length <= 8 ? value : [value];
  return axes.every((axis): axis is number => Number.isSafeInteger(axis))
    ? axes
    : damaged(layer, name, 'a list of integers');
}

/** Refuses whatever axis is not the last one of an input of this rank, the batch not counted. */
export function assertLastAxis(layer: SavedLayer, otherwise: number, rank: number): void {
  const axes = axesField(layer, 'axis', otherwise);
  if (axes.length !== 1 || (axes[0] !== -1 && axes[0] !== rank))
    refuse(layer, `it works along axis ${axes.join(', ')}; only the last axis is supported, set axis to -1`);
}

/** Refuses images whose channels come first. */
export function assertChannelsLast(layer: SavedLayer): void {
  const format = textField(layer, 'data_format', 'channels_last');
  if (format !== 'channels_last')
    refuse(layer, `data_format ${format} is not supported; build the model with channels_last`);
}

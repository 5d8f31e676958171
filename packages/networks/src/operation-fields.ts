import { activationNames, type Operation, UnsupportedNetworkError } from './network.js';
import { shown } from './shown.js';

/** What a field must be, in words; null when it is. */
type Check = (value: unknown) => string | null;

const is =
  (what: string, holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? null : what;

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
/** A list of positive integers. */
export const isShape = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length <= 8 && value.every(isSize);
const isPair = (value: unknown) => isShape(value) && value.length === 2;

function parameter(value: unknown): string | null {
  const { shape, values } = (value ?? {}) as { shape?: unknown; values?: unknown };
  if (!isShape(shape) || !(values instanceof Float32Array)) return 'float32 numbers with their shape';
  const size = sizeOf(shape);
  if (values.length !== size) return `${size} numbers of shape [${shape}], not ${values.length}`;
  return values.every(Number.isFinite) ? null : 'finite, and holds NaN or infinity';
}
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? null : check(value);

const pair = is('two positive integers', isPair);
const padding = is('same or valid', (value) => value === 'same' || value === 'valid');
const method = is('max or average', (value) => value === 'max' || value === 'average');
const epsilon = is('positive', (value) => typeof value === 'number' && value > 0 && value < Infinity);
const rate = is('at least 0 and below 1', (value) => typeof value === 'number' && value >= 0 && value < 1);
const activation = is(`one of ${activationNames.join(', ')}`, (value) =>
  (activationNames as readonly unknown[]).includes(value),
);
const convolution = { kernel: parameter, bias: orNull(parameter), strides: pair, padding, dilations: pair };

/** The fields of every operation, in the order in which checkpoints write them, and what they must be. */
const fields: { readonly [Type in Operation['type']]: Readonly<Record<string, Check>> } = {
  dense: { kernel: parameter, bias: orNull(parameter) },
  conv2d: convolution,
  'depthwise-conv2d': convolution,
  'batch-norm': {
    gamma: orNull(parameter),
    beta: orNull(parameter),
    mean: parameter,
    variance: parameter,
    epsilon,
  },
  'layer-norm': { gamma: orNull(parameter), beta: orNull(parameter), epsilon },
  embedding: { table: parameter },
  activation: { name: activation },
  add: {},
  concat: {},
  pool: { method, size: pair, strides: pair, padding },
  'global-pool': { method },
  flatten: {},
  reshape: { shape: is('a list of positive integers', isShape) },
  dropout: { rate },
};

/** Names of the operation's fields without `type`, always in one order. */
export const fieldNamesOf = (type: Operation['type']): readonly string[] => Object.keys(fields[type]);

export const isOperationType = (type: unknown): type is Operation['type'] =>
  typeof type === 'string' && Object.hasOwn(fields, type);

/** The number of entries of a shape. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, extent) => product * extent, 1);

/**
 * That a value, which may come from a file, is an operation: its type is known and every field is what it must be.
 * Throws UnsupportedNetworkError.
 */
export function assertOperation(name: string, operation: unknown): asserts operation is Operation {
  const found = (operation ?? {}) as Readonly<Record<string, unknown>>;
  const type = found.type;
  if (!isOperationType(type))
    throw new UnsupportedNetworkError(
      `layer ${name}: there is no operation “${shown(type)}”; use one of ${Object.keys(fields).join(', ')}`,
    );
  const checks = fields[type];
  for (const [field, check] of Object.entries(checks)) {
    const must = check(Object.hasOwn(found, field) ? found[field] : undefined);
    if (must) throw new UnsupportedNetworkError(`layer ${name} (${type}): its ${field} must be ${must}`);
  }
  const unknown = Object.keys(found).find((field) => field !== 'type' && !Object.hasOwn(checks, field));
  if (unknown !== undefined)
    throw new UnsupportedNetworkError(`layer ${name} (${type}): there is no field ${unknown}; take it away`);
}

import { type Fault, type ProjectSettings, projectSettings, TangentError } from '@tangent/contracts';

/**
 * The settings after a change: what the change names is replaced, nested settings merge, the others stay.
 * Throws validation-failed for values that do not fit, and for names that are no setting (a typing error there
 * would otherwise look like success).
 */
export function mergeSettings(
  current: ProjectSettings,
  change: Readonly<Record<string, unknown>>,
): ProjectSettings {
  const merged = merge(current, change);
  const parsed = projectSettings.safeParse(merged);
  if (!parsed.success) {
    refuse(
      parsed.error.issues.map((issue) => ({
        pointer: `/settings/${issue.path.map(String).join('/')}`,
        detail: issue.message,
      })),
    );
  }
  const unknown = unknownNames(change, parsed.data, '/settings');
  if (unknown.length > 0) refuse(unknown);
  return parsed.data;
}

function refuse(errors: Fault[]): never {
  throw new TangentError(
    'validation-failed',
    `The settings were not changed: ${errors[0]!.pointer} ${errors[0]!.detail}.`,
    { errors },
  );
}

type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merge(current: Plain, change: Plain): Plain {
  const result: Plain = { ...current };
  for (const [key, value] of Object.entries(change)) {
    const before = Object.hasOwn(current, key) ? current[key] : undefined;
    result[key] = isPlain(before) && isPlain(value) ? merge(before, value) : value;
  }
  return result;
}

function unknownNames(change: Plain, parsed: Plain, pointer: string): Fault[] {
  return Object.entries(change).flatMap(([key, value]) => {
    const here = `${pointer}/${key}`;
    if (!Object.hasOwn(parsed, key))
      return [{ pointer: here, detail: `is no setting; there are ${Object.keys(parsed).join(', ')}` }];
    const inner = parsed[key];
    return isPlain(value) && isPlain(inner) ? unknownNames(value, inner, here) : [];
  });
}

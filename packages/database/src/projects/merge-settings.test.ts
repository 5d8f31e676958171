import { projectSettings, TangentError } from '@tangent/contracts';
import { expect, test } from 'vitest';
import { mergeSettings } from './merge-settings.js';

const current = projectSettings.parse({ overlap: 2, kernel: { dimension: 512 }, model: { hidden: [8] } });

function refusal(change: Record<string, unknown>): TangentError {
  try {
    mergeSettings(current, change);
  } catch (error) {
    if (error instanceof TangentError) return error;
    throw error;
  }
  throw new Error('the change was accepted');
}

test('what is not named stays, also inside nested settings', () => {
  const after = mergeSettings(current, {
    leaseMs: 5000,
    kernel: { balanced: false },
    model: { hidden: [4, 4] },
  });
  expect(after).toEqual({
    ...current,
    leaseMs: 5000,
    kernel: { ...current.kernel, balanced: false },
    model: { ...current.model, hidden: [4, 4] },
  });
  expect(current.kernel.balanced).toBe(true);
});

test('a value that does not fit is refused with a pointer to it', () => {
  expect(refusal({ overlap: 0 }).errors).toMatchObject([{ pointer: '/settings/overlap' }]);
  expect(refusal({ kernel: { dimension: 'big' } }).errors).toMatchObject([
    { pointer: '/settings/kernel/dimension' },
  ]);
  expect(refusal({ kernel: null }).code).toBe('validation-failed');
});

test('a name that is no setting is refused', () => {
  expect(refusal({ overlpa: 2 }).errors).toMatchObject([{ pointer: '/settings/overlpa' }]);
  expect(refusal({ trigger: { everyLabel: 5 } }).errors).toMatchObject([
    { pointer: '/settings/trigger/everyLabel' },
  ]);
  expect(refusal(JSON.parse('{"__proto__": {"overlap": 3}}')).code).toBe('validation-failed');
});

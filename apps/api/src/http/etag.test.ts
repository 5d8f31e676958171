import type { TangentError } from '@tangent/contracts';
import { expect, test } from 'vitest';
import { etagOf, versionOf } from './etag.js';

const codeOf = (ifMatch: string) => {
  try {
    versionOf(ifMatch);
  } catch (error) {
    return (error as TangentError).code;
  }
  return undefined;
};

test('a version is read back from its tag; none and * are any version', () => {
  expect(versionOf(etagOf({ settingsVersion: 12 }))).toBe(12);
  expect(versionOf(undefined)).toBeUndefined();
  expect(versionOf(' * ')).toBeUndefined();
});

test('a tag of something else never matches; what is no strong tag is a fault', () => {
  expect(codeOf('"abc"')).toBe('settings-changed');
  expect(codeOf('"99999999999999999999"')).toBe('settings-changed');
  for (const weak of ['W/"1"', '1', '"1", "2"', '']) expect(codeOf(weak)).toBe('validation-failed');
});

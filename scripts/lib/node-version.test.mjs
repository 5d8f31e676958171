import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isSupported } from './node-version.mjs';
import { root } from './paths.mjs';

describe('the Node that is asked for', () => {
  it.each(['20.20.0', '20.21.1', '22.0.0', '24.3.0'])('may be %s', (version) =>
    expect(isSupported(version)).toBe(true),
  );

  it.each(['18.20.8', '20.19.9', '21.7.0'])('may not be %s', (version) =>
    expect(isSupported(version)).toBe(false),
  );

  it('is the range of package.json', () => {
    const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    expect(engines.node).toBe('>=20.20 <21 || >=22');
  });
});

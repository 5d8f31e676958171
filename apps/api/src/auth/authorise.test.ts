import { describe, expect, it } from 'vitest';
import { assertRule } from './authorise.js';

describe('assertRule', () => {
  it('refuses a role where nothing in the path leads to a project', () => {
    const rule = { name: 'getThing', path: '/v1/things/:thingId', access: { atLeast: 'annotator' } } as const;
    expect(() => assertRule(rule)).toThrow('getThing asks for a role in a project');
    expect(() => assertRule({ ...rule, path: '/v1/projects/:projectId/things/:thingId' })).not.toThrow();
  });

  it('refuses a path into a project without a role', () => {
    for (const access of ['public', 'user', 'owner', 'admin'] as const)
      expect(() => assertRule({ name: 'getItem', path: '/v1/items/:itemId', access })).toThrow(
        'getItem names :itemId',
      );
  });
});

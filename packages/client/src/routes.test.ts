import { endpoints } from '@tangent/contracts';
import { describe, expect, it } from 'vitest';
import { pathFor, routes } from './routes.js';

describe('routes', () => {
  it('has exactly the method and path of every endpoint of the contracts', () => {
    const contracts = Object.fromEntries(
      Object.entries(endpoints).map(([name, endpoint]) => [name, [endpoint.method, endpoint.path]]),
    );
    expect(routes).toEqual(contracts);
  });

  it('fills parameters in, escaped, and leaves out what is undefined in the query', () => {
    expect(pathFor('/v1/items/:itemId/media', { itemId: 'a/b c' })).toBe('/v1/items/a%2Fb%20c/media');
    expect(pathFor('/v1/tokens', {}, { limit: 5, cursor: undefined, dryRun: true })).toBe(
      '/v1/tokens?limit=5&dryRun=true',
    );
  });

  it('names the parameter that is missing', () => {
    expect(() => pathFor('/v1/rounds/:roundId', {})).toThrow('/v1/rounds/:roundId needs params.roundId');
  });
});

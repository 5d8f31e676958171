import { describe, expect, test } from 'vitest';
import { filtersOf, queryOf } from './filters';

describe('filters', () => {
  test('come back from the address as they went in, and nonsense is passed over', () => {
    const query = { status: 'labeled', label: 'Cat', text: 'a b', order: 'rank', holdout: 'true' };
    expect(queryOf(filtersOf(new URLSearchParams(query)))).toEqual(query);
    expect(queryOf(filtersOf(new URLSearchParams('status=nonsense&order=up&text=%20&label=')))).toEqual({});
  });
});

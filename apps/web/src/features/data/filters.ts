import type { ItemStatus } from '@tangent/contracts';

/** What of the pool is shown; it stands in the address, so that it can be sent to somebody. */
export interface Filters {
  readonly status: ItemStatus | null;
  readonly label: string | null;
  readonly text: string | null;
  readonly order: 'rank' | 'created';
  readonly holdout: boolean;
}

const statuses: readonly string[] = ['unlabeled', 'leased', 'labeled', 'skipped'] satisfies ItemStatus[];

export function filtersOf(query: URLSearchParams): Filters {
  const status = query.get('status');
  const text = query.get('text')?.trim();
  return {
    status: status !== null && statuses.includes(status) ? (status as ItemStatus) : null,
    label: query.get('label') || null,
    text: text ? text.slice(0, 200) : null,
    order: query.get('order') === 'rank' ? 'rank' : 'created',
    holdout: query.get('holdout') === 'true',
  };
}

/** As the API takes them; what is not asked for is left out. */
export function queryOf({ status, label, text, order, holdout }: Filters): Readonly<Record<string, string>> {
  return {
    ...(status === null ? {} : { status }),
    ...(label === null ? {} : { label }),
    ...(text === null ? {} : { text }),
    ...(order === 'created' ? {} : { order }),
    ...(holdout ? { holdout: 'true' } : {}),
  };
}

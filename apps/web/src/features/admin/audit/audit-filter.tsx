'use client';

import type { User } from '@tangent/contracts';
import { Field } from '@/components/ui/field';
import { SelectField } from '@/components/ui/select-field';
import { useProjects } from '@/lib/use-project';
import { actionNames } from './actions';

/** As the fields hold it: days are those of the person who looks. */
export interface AuditFilter {
  readonly actorId?: string;
  readonly action?: string;
  readonly projectId?: string;
  readonly from?: string;
  readonly until?: string;
}

const dayMs = 24 * 3_600_000;
const midnight = (day: string): number => new Date(`${day}T00:00`).getTime();

/** As the API wants it; the last day counts whole. */
export function queryOf({ from, until, ...filter }: AuditFilter) {
  return {
    ...filter,
    ...(from === undefined ? {} : { from: new Date(midnight(from)).toISOString() }),
    ...(until === undefined ? {} : { until: new Date(midnight(until) + dayMs).toISOString() }),
  };
}

interface Props {
  readonly filter: AuditFilter;
  readonly users: readonly User[];
  readonly onChange: (filter: AuditFilter) => void;
}

export function AuditFilterForm({ filter, users, onChange }: Props) {
  const { data: projects } = useProjects();
  const set = (name: keyof AuditFilter, value: string) => {
    const { [name]: _, ...others } = filter;
    onChange(value === '' ? others : { ...others, [name]: value });
  };
  return (
    <search className="mb-7 grid grid-cols-2 gap-4 lg:grid-cols-[repeat(3,minmax(0,1fr))_9.5rem_9.5rem]">
      <SelectField
        id="who"
        label="Who"
        value={filter.actorId ?? ''}
        onChange={({ target }) => set('actorId', target.value)}
      >
        <option value="">Anybody</option>
        {users.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <SelectField
        id="what"
        label="What"
        value={filter.action ?? ''}
        onChange={({ target }) => set('action', target.value)}
      >
        <option value="">Anything</option>
        {Object.entries(actionNames).map(([action, name]) => (
          <option key={action} value={action}>
            {name}
          </option>
        ))}
      </SelectField>
      <div className="max-lg:col-span-2">
        <SelectField
          id="project"
          label="Project"
          value={filter.projectId ?? ''}
          onChange={({ target }) => set('projectId', target.value)}
        >
          <option value="">All, and none</option>
          {projects?.items.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <Field
        id="from"
        label="From"
        type="date"
        value={filter.from ?? ''}
        onChange={({ target }) => set('from', target.value)}
      />
      <Field
        id="until"
        label="To"
        type="date"
        value={filter.until ?? ''}
        onChange={({ target }) => set('until', target.value)}
      />
    </search>
  );
}

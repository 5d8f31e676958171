'use client';

import type { Project } from '@tangent/contracts';
import { Search } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { inputStyle } from '@/components/ui/field';
import { cn } from '@/lib/cn';
import type { Filters } from './filters';

interface Props {
  readonly project: Project;
  readonly filters: Filters;
  readonly onChange: (change: Partial<Filters>) => void;
}

const choice = cn(inputStyle, 'w-auto max-w-52 text-sm');

/** Which items, in which order. A choice counts at once, the text with Enter. */
export function FilterBar({ project, filters, onChange }: Props) {
  const [text, setText] = useState(filters.text ?? '');
  const search = (event: FormEvent) => {
    event.preventDefault();
    onChange({ text: text.trim() === '' ? null : text.trim() });
  };
  return (
    <search className="mb-6 flex flex-wrap gap-2">
      <form onSubmit={search} className="relative min-w-52 flex-1">
        <Search aria-hidden="true" className="absolute top-3 left-3 size-4 text-ink-faint" />
        <input
          type="search"
          aria-label="Search in texts and ids"
          placeholder={project.type === 'text' ? 'Search in texts and ids' : 'Search in ids'}
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.target.value)}
          onBlur={search}
          className={cn(inputStyle, 'pl-9 text-sm')}
        />
      </form>
      <select
        aria-label="Status"
        value={filters.holdout ? 'holdout' : (filters.status ?? '')}
        onChange={({ target: { value } }) =>
          onChange(
            value === 'holdout'
              ? { holdout: true, status: null }
              : { holdout: false, status: value === '' ? null : (value as Filters['status']) },
          )
        }
        className={choice}
      >
        <option value="">All of the pool</option>
        <option value="unlabeled">Unlabeled</option>
        <option value="leased">With an annotator</option>
        <option value="labeled">Labeled</option>
        <option value="skipped">Skipped</option>
        <option value="holdout">Held out</option>
      </select>
      <select
        aria-label="Label"
        value={filters.label ?? ''}
        onChange={({ target: { value } }) => onChange({ label: value === '' ? null : value })}
        className={choice}
      >
        <option value="">Any label</option>
        {project.classes.map(({ key, name }) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label="Order"
        value={filters.order}
        onChange={({ target: { value } }) => onChange({ order: value as Filters['order'] })}
        className={choice}
      >
        <option value="created">As imported</option>
        <option value="rank">By rank</option>
      </select>
    </search>
  );
}

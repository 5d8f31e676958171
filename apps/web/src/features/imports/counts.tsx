import type { Operation } from '@tangent/contracts';
import { cn } from '@/lib/cn';
import { formatCount } from '@/lib/format';

/** How many rows were read, and what became of them. */
export function Counts({ operation }: { readonly operation: Operation }) {
  const { counts, isDryRun } = operation;
  const figures = [
    { name: 'rows read', value: counts.read, tone: '' },
    { name: isDryRun ? 'would be new' : 'new items', value: counts.created, tone: 'text-live-strong' },
    { name: 'there already', value: counts.duplicates, tone: '' },
    {
      name: 'cannot be taken',
      value: counts.failed,
      tone: counts.failed > 0 ? 'text-danger' : '',
    },
  ];
  return (
    <dl data-testid="counts" className="grid grid-cols-2 gap-x-8 gap-y-5 tabular sm:grid-cols-4">
      {figures.map(({ name, value, tone }) => (
        <div key={name} className="flex flex-col-reverse">
          <dt className="text-sm text-ink-soft">{name}</dt>
          <dd className={cn('text-2xl font-medium tracking-tight', tone)}>{formatCount(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

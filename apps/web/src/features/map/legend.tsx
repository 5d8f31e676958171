import { cn } from '@/lib/cn';
import { formatCount } from '@/lib/format';
import type { Grouping } from './colour-by';

interface Props {
  readonly grouping: Grouping;
  readonly hidden: ReadonlySet<number>;
  readonly onChange: (hidden: ReadonlySet<number>) => void;
}

/** What the colours mean; each group can be taken off the map, or shown alone by a double click. */
export function Legend({ grouping, hidden, onChange }: Props) {
  const present = grouping.groups
    .map((group, at) => ({ ...group, at }))
    .filter(({ numPoints }) => numPoints > 0);
  const toggle = (at: number) => {
    const next = new Set(hidden);
    if (!next.delete(at)) next.add(at);
    onChange(next);
  };
  const only = (at: number) =>
    onChange(new Set(present.filter((group) => group.at !== at).map((group) => group.at)));
  return (
    <section aria-label="Legend" data-testid="legend">
      <div className="mb-2 flex items-baseline justify-between gap-3">
        <h2 className="eyebrow">Shown</h2>
        <button
          type="button"
          disabled={hidden.size === 0}
          onClick={() => onChange(new Set())}
          className="text-xs text-live underline-offset-2 hover:underline disabled:invisible"
        >
          Show all
        </button>
      </div>
      <ul className="grid grid-cols-2 gap-x-4 gap-y-0.5 sm:grid-cols-3 lg:grid-cols-1">
        {present.map(({ name, ink, numPoints, at }) => {
          const isOn = !hidden.has(at);
          return (
            <li key={at}>
              <button
                type="button"
                aria-pressed={isOn}
                onClick={() => toggle(at)}
                onDoubleClick={() => only(at)}
                title="Double click: this one alone"
                className="flex w-full items-center gap-2.5 rounded-sm px-1.5 py-1 text-left text-sm hover:bg-hover"
              >
                <span
                  aria-hidden="true"
                  style={isOn ? { background: `var(--map-${ink})` } : undefined}
                  className={cn(
                    'size-3 shrink-0 rounded-full',
                    !isOn && 'ring-1 ring-line-strong ring-inset',
                  )}
                />
                <span className={cn('min-w-0 flex-1 truncate', !isOn && 'text-ink-faint line-through')}>
                  {name}
                </span>
                <span className="text-xs text-ink-faint tabular">{formatCount(numPoints)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

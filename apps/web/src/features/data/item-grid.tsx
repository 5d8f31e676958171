'use client';

import type { Item, Project } from '@tangent/contracts';
import { ItemThumb } from '@/features/labeling/item-thumb';
import { classNameOf } from '@/features/labeling/names';
import { cn } from '@/lib/cn';

type Listed = Item & { readonly rank: number | null };

interface Props {
  readonly project: Project;
  readonly items: readonly Listed[];
  readonly onOpen: (itemId: string) => void;
}

const nameOf = (project: Project, item: Listed): string =>
  [
    item.externalId ?? (item.text === undefined ? `Item ${item.id}` : item.text.slice(0, 60)),
    item.label === null ? item.status : classNameOf(project, item.label),
    ...(item.isGold ? ['gold'] : []),
  ].join(', ');

/** Pictures and vectors as tiles, texts as lines; each opens its item. */
export function ItemGrid({ project, items, onOpen }: Props) {
  if (project.type === 'text') return <TextLines project={project} items={items} onOpen={onOpen} />;
  return (
    <ul data-testid="items" className="grid grid-cols-[repeat(auto-fill,minmax(6.5rem,1fr))] gap-x-3 gap-y-4">
      {items.map((item) => (
        <li key={item.id}>
          <button
            type="button"
            aria-label={nameOf(project, item)}
            onClick={() => onOpen(item.id)}
            className="block w-full rounded-sm text-left hover:opacity-85"
          >
            <span className="block aspect-square">
              <ItemThumb itemId={item.id} type={project.type} content={item} />
            </span>
            <span className="mt-1 flex items-baseline justify-between gap-2 text-xs">
              <Mark project={project} item={item} />
              {item.rank !== null && <span className="text-ink-faint tabular">{item.rank}</span>}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Mark({ project, item }: { readonly project: Project; readonly item: Listed }) {
  return (
    <span className={cn('truncate', item.label === null ? 'text-ink-faint' : 'font-medium text-ink')}>
      {item.label === null ? item.status : classNameOf(project, item.label)}
      {item.isGold && <span className="font-normal text-ink-faint"> · gold</span>}
    </span>
  );
}

function TextLines({ project, items, onOpen }: Props) {
  return (
    <ul data-testid="items" className="border-t border-line">
      {items.map((item) => (
        <li key={item.id} className="border-b border-line">
          <button
            type="button"
            onClick={() => onOpen(item.id)}
            className="grid w-full grid-cols-[minmax(0,1fr)_auto] gap-x-6 gap-y-0.5 py-2.5 text-left hover:bg-hover sm:px-2"
          >
            <span dir="auto" className="line-clamp-2 break-words">
              {item.text?.slice(0, 300)}
            </span>
            <span className="flex flex-col items-end text-sm">
              <Mark project={project} item={item} />
              {item.rank !== null && <span className="text-xs text-ink-faint tabular">rank {item.rank}</span>}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

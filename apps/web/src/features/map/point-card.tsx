import type { Project } from '@tangent/contracts';
import { ItemThumb } from '@/features/labeling/item-thumb';
import { cn } from '@/lib/cn';
import type { PointFacts } from './describe-point';

interface Props {
  readonly project: Project;
  readonly itemId: string;
  readonly facts: PointFacts;
  /** In pixels of the frame. */
  readonly x: number;
  readonly y: number;
  /** There is no room right of the point, or below it. */
  readonly isRight: boolean;
  readonly isLow: boolean;
}

/** The item of a point in small, beside it. Screen readers are told by the announcer. */
export function PointCard({ project, itemId, facts, x, y, isRight, isLow }: Props) {
  return (
    <div
      aria-hidden="true"
      data-testid="point-card"
      style={{ left: x, top: y }}
      className={cn(
        'pointer-events-none absolute w-44 rounded-md border border-line bg-surface p-2 text-xs shadow-lift',
        isRight ? '-ml-3 -translate-x-full' : 'ml-3',
        isLow ? '-mt-3 -translate-y-full' : 'mt-3',
      )}
    >
      <div className={project.type === 'image' ? 'mx-auto mb-2 size-24' : 'mb-2 h-16'}>
        <ItemThumb key={itemId} itemId={itemId} type={project.type} />
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 tabular">
        <dt className="text-ink-faint">Predicted</dt>
        <dd className="truncate font-medium">{facts.predicted}</dd>
        <dt className="text-ink-faint">Label</dt>
        <dd className={cn('truncate', facts.isDisagreed ? 'font-medium text-danger' : 'text-ink-soft')}>
          {facts.label ?? '–'}
        </dd>
        <dt className="text-ink-faint">Rank</dt>
        <dd className="text-ink-soft">{facts.rank ?? '–'}</dd>
      </dl>
    </div>
  );
}

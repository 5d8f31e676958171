'use client';

import type { Project } from '@tangent/contracts';
import { useDeferredValue, useRef } from 'react';
import { cn } from '@/lib/cn';
import { useLateStore } from '@/lib/use-late-store';
import { ItemThumb } from './item-thumb';
import { answerName } from './names';
import { useFlip } from './use-flip';
import { useLabeling } from './use-labeling-session';
import { useUpcoming } from './use-upcoming';

interface Props {
  readonly project: Project;
  readonly onUndo: (localId: string) => void;
}

/** Past, present, future: what was answered on the left, what comes on the right, the item on screen between them. */
export function FilmStrip({ project, onUndo }: Props) {
  return (
    <div className="grid w-full grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)] items-start gap-3">
      <Past project={project} onUndo={onUndo} />
      <div aria-hidden="true" className="mt-0.5 h-12 w-px bg-live" />
      <Future project={project} />
    </div>
  );
}

const frame = 'block size-13 shrink-0 rounded-sm p-0.5';

function Past({ project, onUndo }: Props) {
  const session = useLabeling();
  const history = useLateStore(session.state, (state) => state.history);
  const list = useRef<HTMLOListElement>(null);
  useFlip(list);
  return (
    <div className="-m-1 contain-content overflow-hidden mask-l-from-90% p-1">
      <ol
        ref={list}
        aria-label="Your latest answers, newest first; choose one to undo it"
        className="relative flex flex-row-reverse items-start gap-1"
      >
        {history.slice(0, 12).map((entry) => (
          <li key={entry.localId} data-flip={entry.localId} className="w-13 shrink-0 text-center">
            <button
              type="button"
              onClick={() => onUndo(entry.localId)}
              aria-label={`Undo ${answerName(project, entry.answer)}`}
              title={`${answerName(project, entry.answer)}: undo`}
              className={cn(frame, 'ring-line-strong transition-shadow hover:ring-1')}
            >
              <ItemThumb itemId={entry.held.item.id} type={project.type} content={entry.held.item} />
            </button>
            <span
              className={cn(
                'block truncate text-xs tabular',
                'classKey' in entry.answer ? 'font-medium text-ink-soft' : 'text-ink-faint',
              )}
            >
              {'classKey' in entry.answer ? answerKeyName(project, entry.answer.classKey) : 'skip'}
            </span>
          </li>
        ))}
        {history.length === 0 && (
          <li className="self-center py-3 pr-2 text-sm text-ink-faint">Your answers gather here</li>
        )}
      </ol>
    </div>
  );
}

const answerKeyName = (project: Project, classKey: string): string => {
  const name = project.classes.find(({ key }) => key === classKey)?.name ?? classKey;
  return name.length <= 7 ? name : `${name.slice(0, 6)}…`;
};

function Future({ project }: { readonly project: Project }) {
  const session = useLabeling();
  const queue = useLateStore(session.leases.state, (state) => state.queue);
  const current = useLateStore(session.state, (state) => state.current?.item.id);
  const history = useLateStore(session.state, (state) => state.history);
  const upcoming = useDeferredValue(useUpcoming(project.id));
  const list = useRef<HTMLOListElement>(null);
  useFlip(list);
  const mine = new Set(queue.map(({ item }) => item.id));
  const answered = new Set(history.map(({ held }) => held.item.id));
  const shown = [
    ...queue.map((held) => ({ id: held.item.id, rank: held.rank, content: held.item, arm: held.arm })),
    ...upcoming
      .filter(
        ({ id, status }) => status === 'unlabeled' && !mine.has(id) && id !== current && !answered.has(id),
      )
      .map((item) => ({ id: item.id, rank: item.rank, content: item, arm: 'strategy' as const })),
  ].slice(0, 14);
  return (
    <div className="-m-1 contain-content overflow-hidden mask-r-from-90% p-1">
      <ol
        ref={list}
        aria-label="Coming up"
        data-testid="upcoming"
        className="relative flex items-start gap-1"
      >
        {shown.map(({ id, rank, content, arm }) => (
          <li key={id} data-flip={id} data-item-id={id} className="w-13 shrink-0 text-center">
            <span className={cn(frame)}>
              <ItemThumb itemId={id} type={project.type} content={content} />
            </span>
            <span
              className={cn(
                'block text-xs tabular',
                mine.has(id) ? 'font-medium text-ink-soft' : 'text-ink-faint',
              )}
            >
              {arm === 'control' ? 'random' : (rank ?? '–')}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

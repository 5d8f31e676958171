'use client';

import { isApiError } from '@tangent/client';
import type { Project, WhatIf as WhatIfAnswer } from '@tangent/contracts';
import { ArrowRight, ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { api, messageOf } from '@/lib/api';
import { cn } from '@/lib/cn';
import { formatCount, formatPercent, plural } from '@/lib/format';
import { useLateStore } from '@/lib/use-late-store';
import type { KeyMap } from '../core/key-map';
import { ItemThumb } from '../item-thumb';
import { KeyOf } from '../key-of';
import { classNameOf } from '../names';
import { useLabeling } from '../use-labeling-session';
import { Section } from './section';
import { useAboutItem } from './use-about-item';

const settleMs = 250;
/** Rows that are shown at first: the answers that are worth a thought. */
const numLikeliest = 10;
/** So that one of nothing is seen, too. */
const shortestBar = 0.02;
type PerClass = WhatIfAnswer['classes'][number];

interface Props {
  readonly project: Project;
  readonly keys: KeyMap;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** Before anybody answers: what each answer would change in the pool. */
export function WhatIf({ project, keys, isOpen, onToggle }: Props) {
  const session = useLabeling();
  const isEmpty = useLateStore(session.state, (state) => state.current === null);
  const {
    answer: data,
    isCurrent,
    error,
    hasRanking,
  } = useAboutItem({
    kind: 'what-if',
    isWanted: isOpen,
    settleMs,
    ask: (itemId, options) => api.getWhatIf({ params: { itemId } }, options),
  });
  if (isEmpty) return null;
  return (
    <Section
      title="What if it were …"
      aside={
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={isOpen ? 'Hide what-if' : 'Show what-if'}
          onClick={onToggle}
          className="-my-1 flex items-center gap-1.5 rounded-md px-1.5 py-1 text-xs text-ink-faint hover:bg-hover hover:text-ink"
        >
          <KeyOf keys={keys} command="whatIf" className="max-sm:hidden" />
          <ChevronDown className={cn('size-4 transition-transform', isOpen && 'rotate-180')} />
        </button>
      }
    >
      {!isOpen ? (
        <p className="text-sm text-ink-faint">How many predictions would flip, for each answer.</p>
      ) : data === undefined ? (
        <Waiting
          numRows={project.classes.length}
          problem={
            !hasRanking
              ? 'This needs a finished round.'
              : isApiError(error, 'no-live-model', 'no-ranking')
                ? 'No worker holds the model at the moment, so nobody can say.'
                : error === undefined
                  ? null
                  : messageOf(error)
          }
        />
      ) : (
        <Rows project={project} classes={data.classes} isCurrent={isCurrent} />
      )}
    </Section>
  );
}

function Waiting({ numRows, problem }: { readonly numRows: number; readonly problem: string | null }) {
  if (problem !== null) return <p className="text-sm text-ink-faint">{problem}</p>;
  return (
    <div
      aria-hidden="true"
      className="rounded-sm shimmer"
      style={{ height: `${Math.min(numLikeliest, numRows) * 12 + 88}px` }}
    />
  );
}

interface RowsProps {
  readonly project: Project;
  readonly classes: readonly PerClass[];
  readonly isCurrent: boolean;
}

function Rows({ project, classes, isCurrent }: RowsProps) {
  const [chosenKey, setChosenKey] = useState<string | null>(null);
  const [isWhole, setIsWhole] = useState(false);
  const byProbability = [...classes].sort((a, b) => b.probability - a.probability);
  const shown = isWhole ? byProbability : byProbability.slice(0, numLikeliest);
  const most = Math.max(1, ...shown.map(({ numFlips }) => numFlips));
  const areShort = shown.every(({ classKey }) => classNameOf(project, classKey).length <= 3);
  const chosen = shown.find(({ classKey }) => classKey === chosenKey) ?? shown[0];
  return (
    <div
      data-testid="what-if"
      aria-busy={!isCurrent}
      className={cn('transition-opacity duration-200', !isCurrent && 'opacity-40')}
    >
      <ul className={cn('-mx-1.5', areShort && 'columns-2 gap-1', isWhole && 'max-h-96 overflow-y-auto')}>
        {shown.map(({ classKey, numFlips, probability }) => (
          <li key={classKey} className="break-inside-avoid">
            <button
              type="button"
              aria-pressed={classKey === chosen?.classKey}
              aria-label={`${classNameOf(project, classKey)}: ${plural(numFlips, 'prediction')} would flip`}
              onClick={() => setChosenKey(classKey)}
              onPointerEnter={() => setChosenKey(classKey)}
              onFocus={() => setChosenKey(classKey)}
              className={cn(
                'grid w-full items-center gap-2 rounded-sm px-1.5 py-0.5 text-sm tabular',
                areShort ? 'grid-cols-[3rem_1fr_1.75rem]' : 'grid-cols-[minmax(2rem,7rem)_1fr_2.25rem]',
                classKey === chosen?.classKey && 'bg-sunken',
              )}
            >
              <span className="flex items-baseline justify-between gap-2">
                <span className="truncate font-medium">{classNameOf(project, classKey)}</span>
                <span className="text-2xs text-ink-faint">{formatPercent(probability)}</span>
              </span>
              <span className="h-1.5 overflow-hidden">
                <span
                  className={cn(
                    'block h-full rounded-full transition-transform duration-300 ease-settle',
                    classKey === chosen?.classKey ? 'bg-live' : 'bg-line-strong',
                  )}
                  style={{ transform: `translateX(${(Math.max(shortestBar, numFlips / most) - 1) * 100}%)` }}
                />
              </span>
              <span className="text-right">{numFlips}</span>
            </button>
          </li>
        ))}
      </ul>
      {classes.length > numLikeliest && (
        <button
          type="button"
          aria-expanded={isWhole}
          onClick={() => setIsWhole(!isWhole)}
          className="-mx-1.5 mt-1 rounded-md px-1.5 py-1 text-sm text-ink-faint hover:bg-hover hover:text-ink"
        >
          {isWhole ? `Only the ${numLikeliest} likeliest` : `Show all ${formatCount(classes.length)} classes`}
        </button>
      )}
      {chosen !== undefined && <MostChanged project={project} chosen={chosen} />}
    </div>
  );
}

function MostChanged({ project, chosen }: { readonly project: Project; readonly chosen: PerClass }) {
  return (
    <div className="mt-3 min-h-20">
      <p className="text-sm text-ink-faint">
        {chosen.numFlips === 0
          ? 'None would flip; most moved'
          : `${plural(chosen.numFlips, 'prediction')} would flip; most moved`}
      </p>
      <ul className="mt-2 grid grid-cols-6 gap-1.5">
        {chosen.mostChanged.slice(0, 6).map(({ itemId, before, after }) => (
          <li key={itemId} className="min-w-0 text-center">
            <span className="block aspect-square">
              <ItemThumb
                itemId={itemId}
                type={project.type}
                alt={`Predicted ${classNameOf(project, before)} so far`}
              />
            </span>
            <span className="mt-0.5 flex items-center justify-center gap-0.5 text-xs tabular">
              {before === after ? (
                <span className="truncate text-ink-faint">{classNameOf(project, before)}</span>
              ) : (
                <>
                  <span className="truncate text-ink-faint">{classNameOf(project, before)}</span>
                  <ArrowRight aria-label="to" className="size-2.5 shrink-0 text-ink-faint" />
                  <span className="truncate font-medium text-live-strong">{classNameOf(project, after)}</span>
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

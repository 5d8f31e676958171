'use client';

import { isApiError } from '@tangent/client';
import type { Explanation, Project } from '@tangent/contracts';
import Link from 'next/link';
import useSWR from 'swr';
import { api } from '@/lib/api';
import { cn } from '@/lib/cn';
import { formatScore, plural } from '@/lib/format';
import { useLateStore } from '@/lib/use-late-store';
import { ItemThumb } from '../item-thumb';
import { classNameOf } from '../names';
import { useLabeling } from '../use-labeling-session';
import { Section } from './section';
import { useAboutItem } from './use-about-item';

const settleMs = 120;

/** Why this item and no other: the reason, what the model believes, and the labeled items that are most like it. */
export function Why({ project }: { readonly project: Project }) {
  const session = useLabeling();
  const current = useLateStore(session.state, (state) => state.current);
  const {
    answer: data,
    isCurrent,
    error,
    hasRanking,
  } = useAboutItem({
    kind: 'explanation',
    isWanted: true,
    settleMs,
    ask: (itemId, options) => api.getExplanation({ params: { itemId } }, options),
  });
  if (current === null) return null;
  const reason = current.reason ?? (isCurrent ? (data?.reason ?? null) : null);
  return (
    <Section
      title="Why this one"
      aside={
        current.score !== null && (
          <span className="text-xs text-ink-faint tabular">score {formatScore(current.score)}</span>
        )
      }
    >
      <p className="text-base text-ink">
        {current.arm === 'control'
          ? 'Drawn at random, not by the strategy: such items show what the ranking is worth.'
          : current.undone !== null && reason === null
            ? 'You took your answer back. Answer again.'
            : (reason ?? 'Not ranked yet: the first round is still to come.')}
      </p>
      {data !== undefined && hasRanking && (
        <div
          aria-busy={!isCurrent}
          className={cn('transition-opacity duration-200', !isCurrent && 'opacity-40')}
        >
          <Origin project={project} explanation={data} />
          {data.nearestLabeled.length > 0 && (
            <>
              <h3 className="mt-3 text-sm font-normal tracking-normal text-ink-faint">
                Labeled items most like it, to the model
              </h3>
              <ul className="mt-2 grid grid-cols-6 gap-1.5">
                {data.nearestLabeled.slice(0, 6).map(({ itemId: nearId, classKey, similarity }) => (
                  <li key={nearId} className="min-w-0 text-center">
                    <span className="block aspect-square">
                      <ItemThumb
                        itemId={nearId}
                        type={project.type}
                        alt={`Labeled ${classNameOf(project, classKey)}`}
                      />
                    </span>
                    <span className="mt-0.5 block truncate text-xs font-medium">
                      {classNameOf(project, classKey)}
                    </span>
                    <span className="block text-2xs text-ink-faint tabular" title="Kernel cosine">
                      {similarity.toFixed(2)}
                    </span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      )}
      {isApiError(error, 'no-live-model') && data === undefined && (
        <p className="mt-2 text-sm text-ink-faint">The nearest labeled items come back with a worker.</p>
      )}
    </Section>
  );
}

/** Which ranking speaks: its round, strategy and model, and the labels that the model has learned since. */
function Origin({
  project,
  explanation: { roundId, strategy, modelVersion, numLiveUpdates },
}: {
  readonly project: Project;
  readonly explanation: Explanation;
}) {
  const { data: round } = useSWR(['round', roundId], () => api.getRound({ params: { roundId } }), {
    revalidateIfStale: false,
    revalidateOnFocus: false,
  });
  return (
    <p data-testid="why-origin" className="mt-1.5 text-sm text-ink-faint tabular">
      <Link
        href={`/projects/${project.id}/rounds/${roundId}`}
        className="underline underline-offset-2 hover:text-ink"
      >
        Round{round === undefined ? '' : ` ${round.number}`}
      </Link>
      {` · ${strategy} · model ${modelVersion}`}
      {numLiveUpdates > 0 && ` · ${plural(numLiveUpdates, 'label')} since training`}
    </p>
  );
}

'use client';

import type { Project } from '@tangent/contracts';
import { cn } from '@/lib/cn';
import { formatMs } from '@/lib/format';
import { useLateStore } from '@/lib/use-late-store';
import { effectWords } from './effect-words';
import { answerName } from './names';
import { useLabeling } from './use-labeling-session';

/** What the latest answer did to the model: the moment in which labeling pays. */
export function EffectLine({ project }: { readonly project: Project }) {
  const session = useLabeling();
  const effect = useLateStore(session.state, (state) => state.effect);
  return (
    <p
      data-testid="effect"
      className="flex min-h-5 items-center justify-center gap-2 text-sm text-ink-faint tabular"
    >
      {effect !== null && (
        <span
          key={effect.localId}
          className="flex animate-fade flex-wrap items-center justify-center gap-x-2"
        >
          <span className="font-medium text-ink-soft">{answerName(project, effect.answer)}</span>
          {effect.numFlips !== null && effect.rerankedInMs !== null && (
            <span className="flex animate-fade items-center gap-2">
              <span aria-hidden="true">·</span>
              <span className={cn(effect.numFlips > 0 && 'text-live-strong')}>
                {effectWords(effect).join(' · ')}
              </span>
              <span aria-hidden="true" className="max-md:hidden">
                ·
              </span>
              <span className="max-md:hidden">pool re-ranked in {formatMs(effect.rerankedInMs)}</span>
            </span>
          )}
        </span>
      )}
    </p>
  );
}

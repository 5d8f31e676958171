'use client';

import type { Project } from '@tangent/contracts';
import { useEffect, useRef } from 'react';
import { announce } from '@/components/ui/announcer';
import { useLateStore } from '@/lib/use-late-store';
import { effectWords } from './effect-words';
import { answerName } from './names';
import { useLabeling } from './use-labeling-session';

/**
 * Tells screen readers what was answered and what is on screen now, and later what the answer changed. It draws nothing:
 * a component of its own, so that an answer draws no other anew.
 */
export function Spoken({ project }: { readonly project: Project }) {
  const session = useLabeling();
  const localId = useLateStore(session.state, (state) => state.effect?.localId ?? null);
  const spoken = useRef<string | null>(null);
  useEffect(() => {
    const { effect, current } = session.state.get();
    if (effect === null || spoken.current === localId) return;
    spoken.current = localId;
    const next =
      current === null
        ? 'No further item yet.'
        : current.rank === null
          ? 'Next item.'
          : `Next item, rank ${current.rank}.`;
    announce(`${answerName(project, effect.answer)}. ${next}`);
  }, [localId, session, project]);

  // Who answers again before it is known hears of that answer only.
  const changedId = useLateStore(session.state, ({ effect }) =>
    effect === null || effect.numNewAhead === null ? null : effect.localId,
  );
  useEffect(() => {
    const { effect } = session.state.get();
    if (effect !== null && effect.localId === changedId) announce(`${effectWords(effect).join(', ')}.`);
  }, [changedId, session]);
  return null;
}

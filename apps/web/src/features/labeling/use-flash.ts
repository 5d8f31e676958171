import { useEffect } from 'react';
import { afterPaint } from '@/lib/after-paint';
import { useLabeling } from './use-labeling-session';

/**
 * Lets the `::before` of the button whose class was just answered show itself for a moment. `buttonOf` finds the button
 * by the key of its class.
 */
export function useFlash(buttonOf: (classKey: string) => HTMLElement | undefined): void {
  const session = useLabeling();
  useEffect(() => {
    let flashed = session.state.get().effect?.localId;
    return session.state.subscribe(() => {
      const { effect } = session.state.get();
      if (effect === null || effect.localId === flashed) return;
      flashed = effect.localId;
      const { answer } = effect;
      if (!('classKey' in answer)) return;
      afterPaint(() =>
        buttonOf(answer.classKey)?.animate(
          { opacity: [1, 0] },
          // Opacity alone is left to the compositor: colours would be painted anew for every frame.
          { duration: 420, easing: 'ease-out', pseudoElement: '::before' },
        ),
      );
    });
  }, [session, buttonOf]);
}

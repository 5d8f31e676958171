import { type RefObject, useLayoutEffect, useRef } from 'react';

const settle = { duration: 320, easing: 'cubic-bezier(0.2, 0.8, 0.2, 1)' } as const;

/**
 * Lets the children of a list glide from where they were to where they are, and fade in where they are new.
 * Children carry `data-flip`, their name.
 */
export function useFlip(list: RefObject<HTMLElement | null>): void {
  const before = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    if (list.current === null) return;
    const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    const after = new Map<string, number>();
    for (const child of list.current.querySelectorAll<HTMLElement>('[data-flip]')) {
      const name = child.dataset.flip ?? '';
      const left = child.offsetLeft;
      after.set(name, left);
      const was = before.current.get(name);
      if (isCalm || before.current.size === 0) continue;
      if (was === undefined)
        child.animate({ opacity: [0, 1], transform: ['translateY(-8px)', 'none'] }, settle);
      else if (was !== left) child.animate({ transform: [`translateX(${was - left}px)`, 'none'] }, settle);
    }
    before.current = after;
  });
}

import { type RefObject, useLayoutEffect, useRef } from 'react';

const settle = { duration: 320, easing: 'cubic-bezier(0.2, 0.8, 0.2, 1)' } as const;

/**
 * Lets the children of a list glide from where they were to where they are, and fade in where they are new.
 * Children carry `data-flip`, their name. Where all move alike the list glides, one layer instead of one a child.
 */
export function useFlip(list: RefObject<HTMLElement | null>): void {
  const before = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const { current: parent } = list;
    if (parent === null) return;
    const children = [...parent.querySelectorAll<HTMLElement>('[data-flip]')];
    const after = new Map(children.map((child) => [child.dataset.flip ?? '', child.offsetLeft]));
    const shiftOf = (child: HTMLElement): number | null => {
      const was = before.current.get(child.dataset.flip ?? '');
      return was === undefined ? null : was - child.offsetLeft;
    };
    const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (!isCalm && before.current.size > 0) {
      const shifts = new Set(children.map(shiftOf).filter((shift) => shift !== null));
      const [common = 0] = shifts.size === 1 ? shifts : [];
      if (common !== 0) glide(parent, common);
      for (const child of children) {
        const shift = shiftOf(child);
        if (shift === null)
          child.animate({ opacity: [0, 1], transform: ['translateY(-8px)', 'none'] }, settle);
        else if (shift !== common) glide(child, shift);
      }
    }
    before.current = after;
  });
}

function glide(element: HTMLElement, from: number): void {
  if (from !== 0) element.animate({ transform: [`translateX(${from}px)`, 'none'] }, settle);
}

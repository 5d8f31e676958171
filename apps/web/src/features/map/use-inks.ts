import { useEffect, useState } from 'react';
import type { Rgb } from './draw-points';

/** Tokens as the numbers that a canvas of pixels needs; anew when light turns to dark. */
export type Inks = (token: string) => Rgb;

export function useInks(): Inks | null {
  const [inks, setInks] = useState<{ readonly of: Inks } | null>(null);
  useEffect(() => {
    const read = () => setInks({ of: reader() });
    read();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', read);
    const chosen = new MutationObserver(read);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      dark.removeEventListener('change', read);
      chosen.disconnect();
    };
  }, []);
  return inks?.of ?? null;
}

function reader(): Inks {
  const known = new Map<string, Rgb>();
  return (token) => {
    const found = known.get(token) ?? rgbOf(token);
    known.set(token, found);
    return found;
  };
}

function rgbOf(token: string): Rgb {
  const probe = document.createElement('span');
  probe.style.color = `var(--${token})`;
  document.body.append(probe);
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext('2d')!;
  context.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return [red!, green!, blue!];
}

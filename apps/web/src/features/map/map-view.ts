import type { MapPoints } from './map-points';

/** Which part of the unit square a canvas shows: places times `scale`, then moved by `left` and `top`, are pixels. */
export interface MapView {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}

const pad = 24;
const mostZoom = 60;

/** All of it, in the middle. */
export function wholeView({ width, height }: Size): MapView {
  const scale = Math.max(1, Math.min(width, height) - 2 * pad);
  return { scale, left: (width - scale) / 2, top: (height - scale) / 2 };
}

export const zoomOf = (view: MapView, size: Size): number => view.scale / wholeView(size).scale;

/** Zooms by a factor, with the place under (x, y) kept there. */
export function zoomAt(view: MapView, size: Size, factor: number, x: number, y: number): MapView {
  const whole = wholeView(size);
  const scale = Math.min(mostZoom * whole.scale, Math.max(whole.scale, view.scale * factor));
  if (scale === whole.scale) return whole;
  const by = scale / view.scale;
  return within({ scale, left: x - (x - view.left) * by, top: y - (y - view.top) * by }, size);
}

export const panBy = (view: MapView, size: Size, dx: number, dy: number): MapView =>
  within({ ...view, left: view.left + dx, top: view.top + dy }, size);

/** The least movement that brings a place into sight. */
export function reveal(view: MapView, size: Size, x: number, y: number): MapView {
  const short = (at: number, end: number) => Math.max(0, pad - at) + Math.min(0, end - pad - at);
  const dx = short(x * view.scale + view.left, size.width);
  const dy = short(y * view.scale + view.top, size.height);
  return dx === 0 && dy === 0 ? view : panBy(view, size, dx, dy);
}

/** The middle of the canvas stays on the map. */
function within(view: MapView, { width, height }: Size): MapView {
  const keep = (at: number, middle: number) => Math.min(middle, Math.max(middle - view.scale, at));
  return { ...view, left: keep(view.left, width / 2), top: keep(view.top, height / 2) };
}

export type IsShown = (i: number) => boolean;

/** The point nearest to a pixel and not further than `within` pixels; null: none. Cost O(points). */
export function pointAt(
  { x, y }: MapPoints,
  isShown: IsShown,
  view: MapView,
  at: { readonly x: number; readonly y: number; readonly within: number },
): number | null {
  const px = (at.x - view.left) / view.scale;
  const py = (at.y - view.top) / view.scale;
  let least = (at.within / view.scale) ** 2;
  let found: number | null = null;
  for (let i = 0; i < x.length; i += 1) {
    const d = (x[i]! - px) ** 2 + (y[i]! - py) ** 2;
    if (d <= least && isShown(i)) {
      least = d;
      found = i;
    }
  }
  return found;
}

export type Direction = 'left' | 'right' | 'up' | 'down';
const towards = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] } as const;

/** The nearest point within 45° of a direction; null: there is none. Cost O(points). */
export function nextPoint(
  { x, y }: MapPoints,
  isShown: IsShown,
  from: number,
  direction: Direction,
): number | null {
  const [ux, uy] = towards[direction];
  let least = Number.POSITIVE_INFINITY;
  let found: number | null = null;
  for (let i = 0; i < x.length; i += 1) {
    const dx = x[i]! - x[from]!;
    const dy = y[i]! - y[from]!;
    const along = dx * ux + dy * uy;
    const across = Math.abs(dx * uy) + Math.abs(dy * ux);
    if (along <= 0 || across > along) continue;
    const d = along * along + across * across;
    if (d < least && isShown(i)) {
      least = d;
      found = i;
    }
  }
  return found;
}

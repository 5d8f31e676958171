import type { Grouping } from './colour-by';
import { drawPoints, type Rgb } from './draw-points';
import type { MapPoints } from './map-points';
import { type MapView, type Size, zoomOf } from './map-view';
import type { Inks } from './use-inks';

export interface Painting {
  readonly points: MapPoints;
  readonly grouping: Grouping;
  readonly hidden: ReadonlySet<number>;
  readonly inks: Inks;
  /** In pixels of the page, as `size`. */
  readonly view: MapView;
  readonly size: Size;
  /** The point under the pointer, or that keys have gone to. */
  readonly marked: number | null;
  readonly isRinged: (i: number) => boolean;
}

/** More names would cover what they name. */
const mostNames = 24;

/** What stands on a canvas, and what it was drawn of: a pointer that moves over the points marks others, and moves none. */
const drawn = new WeakMap<
  HTMLCanvasElement,
  { readonly of: readonly unknown[]; readonly image: ImageData }
>();

/** Paints the points and, of classes, their names. */
export function paintMap(canvas: HTMLCanvasElement, painting: Painting): void {
  const { points, grouping, hidden, inks, view, size, marked, isRinged } = painting;
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (width === 0 || height === 0) return;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d')!;
  const inPixels = { scale: view.scale * ratio, left: view.left * ratio, top: view.top * ratio };
  const radius = ratio * radiusOf(points.itemIds.length, zoomOf(view, size));
  const before = drawn.get(canvas);
  const of = [points, grouping, hidden, inks, view, width, height];
  const isSame = before?.of.every((one, i) => one === of[i]) ?? false;
  const image = isSame ? before!.image : context.createImageData(width, height);
  if (!isSame) {
    drawPoints(image, {
      points,
      groupOf: grouping.groupOf,
      colours: grouping.groups.map(({ ink }, group) => (hidden.has(group) ? null : inks(`map-${ink}`))),
      ground: inks('sunken'),
      ink: inks('ink'),
      view: inPixels,
      radius,
      isRinged,
    });
    drawn.set(canvas, { of, image });
  }
  context.putImageData(image, 0, 0);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (grouping.isOfClasses) writeNames(context, painting);
  if (marked !== null) {
    context.beginPath();
    const [x, y] = [points.x[marked]! * view.scale + view.left, points.y[marked]! * view.scale + view.top];
    context.arc(x, y, (1.35 * radius) / ratio + 5, 0, 2 * Math.PI);
    context.lineWidth = 2.5;
    context.strokeStyle = css(inks('ink'));
    context.stroke();
  }
}

/** Few points are dots to look at, many are grains; closer, both grow. */
function radiusOf(numPoints: number, zoom: number): number {
  const at = numPoints > 30_000 ? 1.1 : numPoints > 5000 ? 1.7 : numPoints > 1000 ? 2.4 : 3.4;
  return Math.min(7, at * zoom ** 0.4);
}

const css = ([red, green, blue]: Rgb): string => `rgb(${red} ${green} ${blue})`;

function writeNames(context: CanvasRenderingContext2D, painting: Painting): void {
  const { points, grouping, hidden, inks, view } = painting;
  const named = grouping.groups
    .map(({ name, ink, numPoints }, group) => ({ name, ink, numPoints, group }))
    .filter(({ ink, numPoints, group }) => ink !== 'none' && numPoints > 0 && !hidden.has(group));
  if (named.length > mostNames) return;
  context.font = '600 13px "Geist Variable", ui-sans-serif, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = css(inks('sunken'));
  context.fillStyle = css(inks('ink'));
  const places = middlesOf(points, grouping);
  for (const { name, group } of named) {
    const [x, y] = places[group]!;
    const text = name.length > 24 ? `${name.slice(0, 23)}…` : name;
    context.strokeText(text, x * view.scale + view.left, y * view.scale + view.top);
    context.fillText(text, x * view.scale + view.left, y * view.scale + view.top);
  }
}

const kept = new WeakMap<Grouping, readonly (readonly [number, number])[]>();

/** Where the name of each group stands: the median of its points. Found once a grouping. */
function middlesOf({ x, y }: MapPoints, grouping: Grouping): readonly (readonly [number, number])[] {
  const known = kept.get(grouping);
  if (known !== undefined) return known;
  const middles = grouping.groups.map(({ numPoints }, group) => {
    const xs = new Float32Array(numPoints);
    const ys = new Float32Array(numPoints);
    let at = 0;
    for (let i = 0; i < x.length; i += 1) {
      if (grouping.groupOf[i] !== group) continue;
      xs[at] = x[i]!;
      ys[at] = y[i]!;
      at += 1;
    }
    const middle = numPoints >> 1;
    return [xs.sort()[middle] ?? 0, ys.sort()[middle] ?? 0] as const;
  });
  kept.set(grouping, middles);
  return middles;
}

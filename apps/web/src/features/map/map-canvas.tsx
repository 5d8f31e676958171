'use client';

import type { Project } from '@tangent/contracts';
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { announce } from '@/components/ui/announcer';
import { ZoomButtons } from '@/components/ui/zoom-buttons';
import { cn } from '@/lib/cn';
import { plural } from '@/lib/format';
import type { Grouping } from './colour-by';
import { factsOf, sentenceOf } from './describe-point';
import { hasLabel, type MapPoints } from './map-points';
import {
  type Direction,
  type MapView,
  nextPoint,
  panBy,
  pointAt,
  reveal,
  type Size,
  wholeView,
  zoomAt,
  zoomOf,
} from './map-view';
import { paintMap } from './paint-map';
import { PointCard } from './point-card';
import type { Inks } from './use-inks';

const step = 1.6;
const reachPx = 14;
/** A finger that moved less has tapped. */
const tapPx = 5;

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

interface Props {
  readonly project: Project;
  readonly points: MapPoints;
  readonly grouping: Grouping;
  /** Groups that are not shown. */
  readonly hidden: ReadonlySet<number>;
  readonly inks: Inks;
  readonly nameOf: (classKey: string) => string;
  readonly onOpen: (itemId: string) => void;
}

interface Pointed {
  readonly point: number;
  /** In pixels of the frame. */
  readonly x: number;
  readonly y: number;
}

/** The points, to be moved over, zoomed into and opened, with pointer, fingers or keys. */
export function MapCanvas({ project, points, grouping, hidden, inks, nameOf, onOpen }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<MapView | null>(null);
  const size = useRef<Size>({ width: 1, height: 1 });
  const frameRequest = useRef(0);
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const moved = useRef(0);
  const [zoom, setZoom] = useState(1);
  const [hovered, setHovered] = useState<Pointed | null>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const [hasFocus, setHasFocus] = useState(false);

  const isShown = (i: number) => !hidden.has(grouping.groupOf[i]!);
  const marked = hasFocus && focused !== null && isShown(focused) ? focused : (hovered?.point ?? null);

  const paint = useEffectEvent(() => {
    if (canvas.current === null || view.current === null) return;
    paintMap(canvas.current, {
      points,
      grouping,
      hidden,
      inks,
      view: view.current,
      size: size.current,
      marked,
      isRinged: (i) => hasLabel(points, i),
    });
  });
  /** At most once a frame, however often it is asked for. */
  const draw = useCallback(() => {
    cancelAnimationFrame(frameRequest.current);
    frameRequest.current = requestAnimationFrame(() => paint());
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is painted is read at painting
  useEffect(draw, [points, grouping, hidden, inks, marked, draw]);
  useEffect(() => {
    const element = frame.current!;
    const observer = new ResizeObserver(() => {
      const before = size.current;
      size.current = { width: element.clientWidth, height: element.clientHeight };
      // What was whole stays whole; else the scale stays.
      const isWhole = view.current === null || zoomOf(view.current, before) === 1;
      view.current = isWhole
        ? wholeView(size.current)
        : zoomAt(view.current!, size.current, 1, size.current.width / 2, size.current.height / 2);
      setZoom(zoomOf(view.current, size.current));
      draw();
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frameRequest.current);
    };
  }, [draw]);

  const look = (next: MapView) => {
    view.current = next;
    setZoom(zoomOf(next, size.current));
    setHovered(null);
    draw();
  };
  const middle = () => ({ x: size.current.width / 2, y: size.current.height / 2 });
  const zoomBy = (factor: number, at = middle()) =>
    look(zoomAt(view.current!, size.current, factor, at.x, at.y));
  const isZoomed = zoom > 1;

  const placeOf = ({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }) => {
    const { left, top } = frame.current!.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const pointUnder = (at: { readonly x: number; readonly y: number }) =>
    pointAt(points, isShown, view.current!, { ...at, within: reachPx });

  // React listens to wheels passively: the page would scroll as well.
  const onWheel = useEffectEvent((event: WheelEvent) => {
    // A map that is whole lets the page scroll, unless it has the focus; a pinch on a trackpad comes as a wheel with Ctrl.
    if (!isZoomed && !event.ctrlKey && !hasFocus) return;
    if (!isZoomed && event.deltaY > 0 && !event.ctrlKey) return;
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY / 300), placeOf(event));
  });
  useEffect(() => {
    const element = frame.current!;
    const listen = (event: WheelEvent) => onWheel(event);
    element.addEventListener('wheel', listen, { passive: false });
    return () => element.removeEventListener('wheel', listen);
  }, []);

  const onPointerMove = (event: React.PointerEvent) => {
    const now = placeOf(event);
    const before = fingers.current.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType === 'touch') return;
      const point = pointUnder(now);
      if (point !== (hovered?.point ?? null)) setHovered(point === null ? null : { point, ...now });
      return;
    }
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    fingers.current.set(event.pointerId, now);
    moved.current += Math.hypot(now.x - before.x, now.y - before.y);
    if (other === undefined) {
      if (isZoomed && moved.current > tapPx)
        look(panBy(view.current!, size.current, now.x - before.x, now.y - before.y));
      return;
    }
    const spread = (point: typeof now) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
    zoomBy(spread(now) / spread(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
  };
  const onPointerUp = (event: React.PointerEvent) => {
    const isTap = fingers.current.size === 1 && moved.current <= tapPx;
    fingers.current.delete(event.pointerId);
    if (!isTap) return;
    const point = pointUnder(placeOf(event));
    if (point === null) return;
    setFocused(point);
    onOpen(points.itemIds[point]!);
  };

  const focusPoint = (point: number) => {
    setFocused(point);
    announce(sentenceOf(factsOf(points, point, nameOf)));
    const next = reveal(view.current!, size.current, points.x[point]!, points.y[point]!);
    if (next !== view.current) look(next);
    setHovered(null);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = directions[event.key];
    if (direction !== undefined) {
      const from = focused !== null && isShown(focused) ? focused : null;
      const { left, top, scale } = view.current!;
      const at = middle();
      const next =
        from === null
          ? pointAt(points, isShown, { left, top, scale }, { ...at, within: Number.POSITIVE_INFINITY })
          : nextPoint(points, isShown, from, direction);
      if (next !== null) focusPoint(next);
    } else if (event.key === 'Enter' && focused !== null && isShown(focused))
      onOpen(points.itemIds[focused]!);
    else if (event.key === '+' || event.key === '=') zoomBy(step, placeOfFocus());
    else if (event.key === '-') zoomBy(1 / step, placeOfFocus());
    else if (event.key === '0') look(wholeView(size.current));
    else return;
    event.preventDefault();
  };
  /** Keys zoom where one is. */
  const placeOfFocus = () => {
    if (focused === null) return middle();
    const { scale, left, top } = view.current!;
    return { x: points.x[focused]! * scale + left, y: points.y[focused]! * scale + top };
  };

  const card = shownCard();
  function shownCard(): Pointed | null {
    if (hasFocus && focused !== null && isShown(focused) && hovered === null && view.current !== null) {
      const { scale, left, top } = view.current;
      return { point: focused, x: points.x[focused]! * scale + left, y: points.y[focused]! * scale + top };
    }
    return hovered;
  }

  return (
    <div
      ref={frame}
      data-testid="map"
      data-zoom={zoom.toFixed(2)}
      className="relative h-[min(42rem,72vh)] min-h-80 overflow-hidden rounded-md bg-sunken ring-1 ring-line"
    >
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: no element is a map that keys move over */}
      <canvas
        ref={canvas}
        role="application"
        aria-roledescription="map"
        aria-label={`Map of ${plural(points.itemIds.length, 'item')}. Arrow keys go from point to point, Enter opens the item, plus and minus zoom, 0 shows all.`}
        tabIndex={0}
        onFocus={() => setHasFocus(true)}
        onBlur={() => setHasFocus(false)}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          if (fingers.current.size === 0) moved.current = 0;
          fingers.current.set(event.pointerId, placeOf(event));
        }}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={({ pointerId }) => fingers.current.delete(pointerId)}
        onPointerLeave={() => setHovered(null)}
        className={cn(
          'absolute inset-0 size-full rounded-md -outline-offset-2',
          hovered !== null ? 'cursor-pointer' : isZoomed ? 'cursor-grab active:cursor-grabbing' : '',
          isZoomed ? 'touch-none' : 'touch-pan-y',
        )}
      />
      {card !== null && (
        <PointCard
          project={project}
          itemId={points.itemIds[card.point]!}
          facts={factsOf(points, card.point, nameOf)}
          x={card.x}
          y={card.y}
          isRight={card.x > size.current.width - 220}
          isLow={card.y > size.current.height - 200}
        />
      )}
      <ZoomButtons
        isZoomed={isZoomed}
        whole="Whole map"
        onOut={() => zoomBy(1 / step)}
        onIn={() => zoomBy(step)}
        onWhole={() => look(wholeView(size.current))}
      />
    </div>
  );
}

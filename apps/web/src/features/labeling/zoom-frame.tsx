'use client';

import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import { ZoomButtons } from '@/components/ui/zoom-buttons';
import { cn } from '@/lib/cn';
import { maxScale, moved, type View, wholeView, zoomed } from './core/zoom';

const step = 1.6;
const middle = { x: 0, y: 0 };

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const arrowPx = 60;

/** An image that can be looked at closely: by double click, pinch, wheel and drag, or by buttons, with arrows to move it. */
export function ZoomFrame({
  children,
  className,
}: {
  readonly children: ReactNode;
  readonly className?: string;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View>(wholeView);
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const isZoomed = view.scale > 1;

  const sizeOf = () => {
    const { clientWidth: width = 1, clientHeight: height = 1 } = frame.current ?? {};
    return { width, height };
  };
  const zoomBy = (factor: number, at = middle) => setView((now) => zoomed(now, factor, at, sizeOf()));
  const moveBy = (dx: number, dy: number) => setView((now) => moved(now, dx, dy, sizeOf()));
  /** From the middle of the frame. */
  const placeOf = ({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }) => {
    const { left, top, width, height } = frame.current!.getBoundingClientRect();
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
  };

  // React listens to wheels passively: the page would scroll as well.
  const onWheel = useEffectEvent((event: WheelEvent) => {
    // An image that is whole does not stop the page from scrolling; a pinch on a trackpad comes as a wheel with Ctrl.
    if (!isZoomed && !event.ctrlKey) return;
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY / 300), placeOf(event));
  });
  useEffect(() => {
    const element = frame.current!;
    const listen = (event: WheelEvent) => onWheel(event);
    element.addEventListener('wheel', listen, { passive: false });
    return () => element.removeEventListener('wheel', listen);
  }, []);

  const onPointerMove = (event: React.PointerEvent<HTMLDivElement>) => {
    const before = fingers.current.get(event.pointerId);
    if (before === undefined) return;
    const now = placeOf(event);
    const others = [...fingers.current].filter(([id]) => id !== event.pointerId);
    fingers.current.set(event.pointerId, now);
    const other = others[0]?.[1];
    if (other === undefined) return moveBy(now.x - before.x, now.y - before.y);
    const spread = (point: typeof now) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
    zoomBy(spread(now) / spread(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
  };
  const onArrow = (event: React.KeyboardEvent) => {
    const arrow = arrows[event.key];
    if (arrow === undefined || !isZoomed) return;
    event.preventDefault();
    moveBy(arrow[0] * arrowPx, arrow[1] * arrowPx);
  };
  const lift = ({ pointerId }: React.PointerEvent<HTMLDivElement>) => fingers.current.delete(pointerId);

  return (
    <div className={cn('group/zoom relative', className)}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: for pointers and fingers; the buttons do the same from the keyboard */}
      <div
        ref={frame}
        data-testid="zoom"
        data-scale={view.scale.toFixed(2)}
        onDoubleClick={(event) => (isZoomed ? setView(wholeView) : zoomBy(step ** 2, placeOf(event)))}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          fingers.current.set(event.pointerId, placeOf(event));
        }}
        onPointerMove={onPointerMove}
        onPointerUp={lift}
        onPointerCancel={lift}
        className={cn(
          'overflow-hidden rounded-sm ring-1 ring-line',
          isZoomed ? 'cursor-grab touch-none active:cursor-grabbing' : 'touch-pan-y',
        )}
      >
        <div style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}>
          {children}
        </div>
      </div>
      <ZoomButtons
        isZoomed={isZoomed}
        isClosest={view.scale >= maxScale}
        whole="Whole image"
        onOut={() => zoomBy(1 / step)}
        onIn={() => zoomBy(step)}
        onWhole={() => setView(wholeView)}
        onKeyDown={onArrow}
        className={cn(
          'transition-opacity focus-within:opacity-100 group-hover/zoom:opacity-100 pointer-coarse:opacity-100',
          !isZoomed && 'opacity-0',
        )}
      />
    </div>
  );
}

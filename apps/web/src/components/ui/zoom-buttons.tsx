import { Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { cn } from '@/lib/cn';
import { Button } from './button';

interface Props {
  readonly isZoomed: boolean;
  /** It cannot be seen more closely. */
  readonly isClosest?: boolean;
  /** What the last button brings back: “Whole image”. */
  readonly whole: string;
  readonly onOut: () => void;
  readonly onIn: () => void;
  readonly onWhole: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly className?: string;
}

/** Out, in, and all of it, in the corner of what is zoomed. */
export function ZoomButtons({
  isZoomed,
  isClosest = false,
  whole,
  onOut,
  onIn,
  onWhole,
  onKeyDown,
  className,
}: Props) {
  return (
    <fieldset
      aria-label="Zoom"
      onKeyDown={onKeyDown}
      className={cn('absolute right-2 bottom-2 flex rounded-md border border-line bg-surface/95', className)}
    >
      <Button look="quiet" size="sm" aria-label="Zoom out" disabled={!isZoomed} onClick={onOut}>
        <ZoomOut />
      </Button>
      <Button look="quiet" size="sm" aria-label="Zoom in" disabled={isClosest} onClick={onIn}>
        <ZoomIn />
      </Button>
      <Button look="quiet" size="sm" aria-label={whole} disabled={!isZoomed} onClick={onWhole}>
        <Maximize />
      </Button>
    </fieldset>
  );
}

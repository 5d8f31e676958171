'use client';

import type { ItemContent } from '@tangent/contracts';
import { ImageOff } from 'lucide-react';
import { useState } from 'react';
import { mediaSrc } from '@/lib/api';
import { cn } from '@/lib/cn';
import { VectorPlot } from './vector-plot';
import { ZoomFrame } from './zoom-frame';

/** Smaller pictures are enlarged with sharp pixels: blurring them would hide what there is to see. */
const smallPx = 200;

/** The item, as large as the screen allows. */
export function ItemView({ item }: { readonly item: ItemContent }) {
  const details = Object.entries(item.data);
  return (
    <figure className="flex min-h-0 w-full flex-1 flex-col items-center justify-center gap-4">
      {item.mediaUrl !== undefined && <Picture key={item.id} item={item} mediaUrl={item.mediaUrl} />}
      {item.text !== undefined && (
        <section
          dir="auto"
          data-testid="item-text"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text must be scrollable from the keyboard
          tabIndex={0}
          aria-label="Text of the item"
          className={cn(
            'max-h-[50dvh] w-full max-w-[38rem] overflow-y-auto break-words whitespace-pre-wrap',
            item.text.length < 140
              ? 'text-center text-2xl leading-snug font-medium tracking-tight'
              : 'text-lg leading-relaxed',
          )}
        >
          {item.text}
        </section>
      )}
      {item.vector !== undefined && (
        <div className="h-[min(40dvh,18rem)] w-full max-w-[42rem] rounded-md border border-line bg-surface p-4">
          <VectorPlot vector={item.vector} />
        </div>
      )}
      {details.length > 0 && (
        <figcaption className="flex max-w-[42rem] flex-wrap justify-center gap-x-4 gap-y-1 text-sm text-ink-faint">
          {details.slice(0, 6).map(([name, value]) => (
            <span key={name} className="max-w-72 truncate">
              {name}{' '}
              <span className="text-ink-soft">
                {typeof value === 'string' ? value : JSON.stringify(value)}
              </span>
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

function Picture({ item, mediaUrl }: { readonly item: ItemContent; readonly mediaUrl: string }) {
  const [isBroken, setIsBroken] = useState(false);
  const { width = smallPx, height = smallPx } = item;
  const isSmall = Math.max(width, height) < smallPx;
  if (isBroken) {
    return (
      <div className="flex aspect-square w-[min(100%,44dvh)] flex-col items-center justify-center gap-3 rounded-md bg-sunken text-ink-faint">
        <ImageOff className="size-8" />
        <p className="text-sm">This image cannot be shown. Skip it as broken.</p>
      </div>
    );
  }
  return (
    <ZoomFrame className={isSmall ? 'w-[min(100%,50dvh,34rem)]' : 'max-w-full'}>
      {/* biome-ignore lint/performance/noImgElement: decoded ahead from the API itself; resizing on the way would blur it */}
      <img
        src={mediaSrc(mediaUrl)}
        alt={`The item to label${item.externalId === undefined ? '' : `, ${item.externalId}`}`}
        data-testid="item-image"
        decoding="sync"
        draggable={false}
        onError={() => setIsBroken(true)}
        style={{ aspectRatio: `${width} / ${height}` }}
        className={cn(
          'max-h-[min(54dvh,38rem)] object-contain select-none',
          isSmall ? 'pixelated w-full' : 'w-auto max-w-full',
        )}
      />
    </ZoomFrame>
  );
}

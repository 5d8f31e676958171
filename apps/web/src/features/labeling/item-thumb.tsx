'use client';

import type { ItemContent, Project } from '@tangent/contracts';
import { useState } from 'react';
import useSWR from 'swr';
import { api, itemMediaSrc } from '@/lib/api';
import { cn } from '@/lib/cn';
import { VectorPlot } from './vector-plot';

interface Props {
  readonly itemId: string;
  readonly type: Project['type'];
  /** When known already; else asked for, where a picture alone is not enough. */
  readonly content?: Pick<ItemContent, 'text' | 'vector'> | undefined;
  readonly alt?: string;
  readonly className?: string;
}

/** An item in small: its picture, its first words, or the shape of its vector. */
export function ItemThumb({ itemId, type, content, alt = '', className }: Props) {
  const isKnown = type === 'image' || content?.text !== undefined || content?.vector !== undefined;
  const { data } = useSWR(isKnown ? null : ['item', itemId], () => api.getItem({ params: { itemId } }));
  const [isBroken, setIsBroken] = useState(false);
  const shown = isKnown ? content : data;
  const frame = cn('block size-full overflow-hidden rounded-sm bg-sunken', className);
  if (type === 'image' && isBroken) return <span className={frame} />;
  if (type === 'image') {
    return (
      // biome-ignore lint/performance/noImgElement: an immutable image of the API; resizing it on the way would blur small ones
      <img
        src={itemMediaSrc(itemId)}
        alt={alt}
        loading="lazy"
        onError={() => setIsBroken(true)}
        className={cn(frame, 'pixelated object-contain')}
      />
    );
  }
  if (type === 'text') {
    return (
      <span dir="auto" className={cn(frame, 'p-1 text-[8px] leading-[10px] break-words text-ink-soft')}>
        {shown?.text?.slice(0, 120) ?? ''}
      </span>
    );
  }
  return <span className={frame}>{shown?.vector !== undefined && <VectorPlot vector={shown.vector} />}</span>;
}

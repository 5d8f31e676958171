'use client';

import type { ItemContent, Project } from '@tangent/contracts';
import { memo, useState } from 'react';
import useSWR from 'swr';
import { api, itemMediaSrc } from '@/lib/api';
import { cn } from '@/lib/cn';
import { VectorPlot } from './vector-plot';

type Content = Pick<ItemContent, 'text' | 'vector'>;

interface Props {
  readonly itemId: string;
  readonly type: Project['type'];
  /** When known already; else asked for, where a picture alone is not enough. */
  readonly content?: Content | undefined;
  readonly alt?: string;
  readonly className?: string;
}

/** An item in small: its picture, its first words, or the shape of its vector. Drawn anew only when it is another. */
export const ItemThumb = memo(function ItemThumb({ itemId, type, content, alt = '', className }: Props) {
  const frame = cn('block size-full overflow-hidden rounded-sm bg-sunken', className);
  if (type === 'image') return <PictureThumb itemId={itemId} alt={alt} frame={frame} />;
  if (content?.text === undefined && content?.vector === undefined)
    return <AskedThumb itemId={itemId} frame={frame} />;
  return <ContentThumb content={content} frame={frame} />;
});

interface Framed {
  readonly frame: string;
}

function PictureThumb({ itemId, alt, frame }: Framed & { readonly itemId: string; readonly alt: string }) {
  const [isBroken, setIsBroken] = useState(false);
  if (isBroken) return <span className={frame} />;
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

function AskedThumb({ itemId, frame }: Framed & { readonly itemId: string }) {
  const { data } = useSWR(['item', itemId], () => api.getItem({ params: { itemId } }));
  return <ContentThumb content={data ?? {}} frame={frame} />;
}

function ContentThumb({ content, frame }: Framed & { readonly content: Content }) {
  if (content.vector !== undefined) {
    return (
      <span className={frame}>
        <VectorPlot vector={content.vector} />
      </span>
    );
  }
  return (
    <span dir="auto" className={cn(frame, 'p-1 text-[8px] leading-[10px] break-words text-ink-soft')}>
      {content.text?.slice(0, 120) ?? ''}
    </span>
  );
}

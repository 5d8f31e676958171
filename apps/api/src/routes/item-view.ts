import type { Item, ItemContent } from '@tangent/contracts';
import type { ItemContentRecord, ItemRecord } from '@tangent/database';

/** An item as screens see it; the image by its path on this API. */
export function viewContent({ id, externalId, text, vector, media, data }: ItemContentRecord): ItemContent {
  return {
    id,
    ...(externalId !== null && { externalId }),
    ...(text !== null && { text }),
    ...(media && { mediaUrl: mediaUrl(id), width: media.width, height: media.height }),
    ...(vector && { vector: [...vector] }),
    data,
  };
}

export const mediaUrl = (itemId: string) => `/v1/items/${itemId}/media`;

export const viewItem = (item: ItemRecord): Item => ({
  ...viewContent(item),
  status: item.status,
  label: item.label,
  isHoldout: item.isHoldout,
  createdAt: item.createdAt,
});

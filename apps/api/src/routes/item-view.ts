import type { Item, ItemContent, Role } from '@tangent/contracts';
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
  isGold: item.isGold,
  createdAt: item.createdAt,
});

/** As annotators see one: a gold item like any that nobody has labeled. */
export const viewItemFor = (item: ItemRecord, role: Role): Item =>
  item.isGold && role === 'annotator'
    ? viewItem({ ...item, status: 'unlabeled', label: null, isHoldout: false, isGold: false })
    : viewItem(item);

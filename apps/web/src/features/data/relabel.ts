import { api } from '@/lib/api';

/**
 * Gives an item the label that a reviewer decides on: the live answers of others are taken back, hers takes their place.
 * An item that nobody answered (its label came with an import) just gets her answer. Of a gold item answers make no label,
 * and stay: they are measured by the one that she decides on.
 */
export async function relabel(
  projectId: string,
  itemId: string,
  classKey: string,
  userId: string,
): Promise<void> {
  const { isGold } = await api.getItem({ params: { itemId } });
  if (isGold) {
    await api.putLabel({ params: { itemId }, body: { classKey } });
    return;
  }
  const { items } = await api.listAnnotations({ params: { projectId }, query: { itemId } });
  for (const { id, annotatorId } of items) {
    if (annotatorId !== userId) await api.deleteAnnotation({ params: { annotationId: id } });
  }
  await api.createAnnotation({ params: { itemId }, body: { classKey } });
}

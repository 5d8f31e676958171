import type { LabelStudioTask } from '@tangent/contracts';
import type { TaskNames } from '@tangent/database';

const itemKeys = ['itemId', 'item_id', 'tangentId', 'tangent_id', 'id'];
const externalKeys = ['externalId', 'external_id', 'id'];
const isItemId = (text: string) => /^itm_[0-9a-z]{26}$/.test(text);

/**
 * By what a task may be an item of ours, the surest first: our id in its data or meta, an external id there, and last
 * the task's own id, which an import of Label Studio's JSON takes as the external id.
 */
export function namesOf({ id, data, meta }: LabelStudioTask): TaskNames {
  const texts = (keys: readonly string[]) =>
    [data, meta ?? {}].flatMap((place) => keys.flatMap((key) => textOf(place[key])));
  return {
    itemIds: texts(itemKeys).filter(isItemId),
    externalIds: [...texts(externalKeys), ...textOf(id)],
  };
}

function textOf(value: unknown): string[] {
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  const text = String(value);
  return text.length > 0 && text.length <= 500 ? [text] : [];
}

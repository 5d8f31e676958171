import type { LabelStudioTask } from '@tangent/contracts';
import type { TaskNames } from '@tangent/database';

const itemKeys = ['itemId', 'item_id', 'tangentId', 'tangent_id', 'id'];
const externalKeys = ['externalId', 'external_id'];
const isItemId = (text: string) => /^itm_[0-9a-z]{26}$/.test(text);

/**
 * By what a task may be an item of ours, the surest first: our id in its meta or data, an external id there, what an
 * import of Label Studio's JSON takes as the external id, and last any other `id`. That one is often a column of the
 * data which counts from 0; before the task's id it would give each answer to a neighbour.
 */
export function namesOf({ id, data, meta }: LabelStudioTask): TaskNames {
  const own = meta ?? {};
  const texts = (keys: readonly string[]) =>
    [own, data].flatMap((place) => keys.flatMap((key) => textOf(place[key])));
  // As the import does it: of a task that we exported, the id in meta; Label Studio numbered it anew.
  const imported = typeof own.itemId === 'string' ? own.id : id;
  return {
    itemIds: texts(itemKeys).filter(isItemId),
    externalIds: [...texts(externalKeys), ...textOf(imported), ...texts(['id'])],
  };
}

function textOf(value: unknown): string[] {
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  const text = String(value);
  return text.length > 0 && text.length <= 500 ? [text] : [];
}

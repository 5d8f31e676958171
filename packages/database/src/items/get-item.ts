import { TangentError } from '@tangent/contracts';
import type { Queryable, Sql } from '../core/database.js';
import {
  type ContentRow,
  contentColumns,
  type ItemContentRecord,
  type ItemRecord,
  type ItemRow,
  itemColumns,
  itemJoins,
  type MediaRecord,
  mediaJoin,
  toContent,
  toItem,
} from './item-records.js';

/** Throws not-found. */
export async function getItem(db: Queryable, itemId: string, now: Date = db.now()): Promise<ItemRecord> {
  const [row] = await db.query<ItemRow>(`SELECT ${itemColumns} FROM items i ${itemJoins} WHERE i.id = $2`, [
    now,
    itemId,
  ]);
  if (!row) throw noItem(itemId);
  return toItem(row);
}

/** Null: the item has no image. Throws not-found. */
export async function getItemMedia(db: Queryable, itemId: string): Promise<MediaRecord | null> {
  const row = await db.prisma.item.findUnique({ where: { id: itemId }, select: { media: true } });
  if (!row) throw noItem(itemId);
  return row.media;
}

/** The contents of these items, in this order. Throws not-found when one is missing. */
export async function loadContents(db: Sql, itemIds: readonly string[]): Promise<ItemContentRecord[]> {
  if (itemIds.length === 0) return [];
  const rows = await db.query<ContentRow>(
    `SELECT ${contentColumns} FROM items i ${mediaJoin} WHERE i.id = ANY(string_to_array($1, ','))`,
    [itemIds.join(',')],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return itemIds.map((id) => {
    const row = byId.get(id);
    if (!row) throw noItem(id);
    return toContent(row);
  });
}

export function noItem(itemId: string): TangentError {
  return new TangentError('not-found', `There is no item ${itemId}.`);
}

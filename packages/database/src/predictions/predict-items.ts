import { floatsOf } from '../core/bytes.js';
import type { Queryable } from '../core/database.js';
import { placesInRanking } from '../items/places.js';
import { classKeys, getModelInUse } from './read-predictions.js';

export interface ItemPredictions {
  /** Null: no round has ended yet. */
  readonly model: { readonly version: number; readonly numLiveUpdates: number } | null;
  readonly items: ReadonlyMap<string, ItemPrediction>;
}

export interface ItemPrediction {
  /** The most probable class; null: no round knew the item. */
  readonly predicted: { readonly classKey: string; readonly probability: number } | null;
  /** In the live ranking: 0 for the first item, towards 1 for the last; null: it is not in it. */
  readonly place: number | null;
}

/** Present predictions of some items of a project, and where they stand. Reads only slices that hold one of them. */
export async function predictItems(
  db: Queryable,
  projectId: string,
  itemIds: readonly string[],
): Promise<ItemPredictions> {
  const found = await getModelInUse(db, projectId);
  const model = found && { version: found.version, numLiveUpdates: found.numLiveUpdates };
  if (itemIds.length === 0) return { model, items: new Map() };
  const predicted = await readRows(db, projectId, itemIds);
  const places = await placesInRanking(db, projectId, itemIds);
  const [ranking] = await db.query<{ n: number }>(
    `SELECT cardinality(item_ids) AS n FROM rankings WHERE project_id = $1 AND kind = 'live'`,
    [projectId],
  );
  return {
    model,
    items: new Map(
      itemIds.map((itemId) => {
        const place = places.get(itemId);
        return [
          itemId,
          {
            predicted: predicted.get(itemId) ?? null,
            place: place === undefined ? null : (place.rank - 1) / ranking!.n,
          },
        ];
      }),
    ),
  };
}

async function readRows(
  db: Queryable,
  projectId: string,
  itemIds: readonly string[],
): Promise<Map<string, NonNullable<ItemPrediction['predicted']>>> {
  const places = await db.query<{ shard_index: number; n: number; id: string }>(
    `SELECT p.shard_index, u.n::int AS n, u.id
     FROM predictions p, unnest(p.item_ids) WITH ORDINALITY u(id, n)
     WHERE p.project_id = $1 AND u.id = ANY($2) ORDER BY p.shard_index`,
    [projectId, itemIds],
  );
  const classes = await classKeys(db, projectId);
  const predicted = new Map<string, NonNullable<ItemPrediction['predicted']>>();
  for (const shardIndex of new Set(places.map(({ shard_index }) => shard_index))) {
    const [shard] = await db.query<{ item_ids: string[]; probabilities: Buffer }>(
      'SELECT item_ids, probabilities FROM predictions WHERE project_id = $1 AND shard_index = $2',
      [projectId, shardIndex],
    );
    if (!shard) continue;
    const rows = floatsOf(shard.probabilities);
    for (const { shard_index, n, id } of places) {
      // A round that ended in between may have cut the pool anew.
      if (shard_index !== shardIndex || shard.item_ids[n - 1] !== id) continue;
      const row = rows.subarray((n - 1) * classes.length, n * classes.length);
      let best = 0;
      for (let c = 1; c < classes.length; c++) if (row[c]! > row[best]!) best = c;
      predicted.set(id, { classKey: classes[best]!, probability: row[best]! });
    }
  }
  return predicted;
}

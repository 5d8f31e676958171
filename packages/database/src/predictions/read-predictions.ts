import { floatsOf } from '../core/bytes.js';
import type { Queryable } from '../core/database.js';
import { decodeCursor, encodeCursor, type PageRequest } from '../core/page.js';

export interface PredictionRecord {
  readonly itemId: string;
  readonly externalId: string | null;
  /** By class key. */
  readonly probabilities: Record<string, number>;
  /** The most probable class; of equal ones the first. */
  readonly predicted: string;
}

export interface PredictionPage {
  readonly items: readonly PredictionRecord[];
  readonly model: {
    readonly version: number;
    readonly numLiveUpdates: number;
    readonly updatedAt: string;
  } | null;
  readonly nextCursor: string | null;
}

interface ShardRow {
  shard_index: number;
  item_ids: string[];
  probabilities: Buffer;
}

/** The newest predictions of the whole pool, in its order. */
export async function getPredictions(
  db: Queryable,
  { projectId, cursor, limit }: { projectId: string } & PageRequest,
): Promise<PredictionPage> {
  const [fromShard, fromIndex] = (decodeCursor(cursor, 'nn') ?? [0, 0]) as [number, number];
  const model = await getModelInUse(db, projectId);
  if (!model) return { items: [], model: null, nextCursor: null };
  const classes = await classKeys(db, projectId);
  const found: { itemId: string; row: Float32Array }[] = [];
  let nextCursor: string | null = null;
  for (let shardIndex = fromShard; nextCursor === null; ) {
    const [shard] = await db.query<ShardRow>(
      `SELECT shard_index, item_ids, probabilities FROM predictions
       WHERE project_id = $1 AND shard_index >= $2 ORDER BY shard_index LIMIT 1`,
      [projectId, shardIndex],
    );
    if (!shard) break;
    const rows = floatsOf(shard.probabilities);
    for (let i = shard.shard_index === fromShard ? fromIndex : 0; i < shard.item_ids.length; i++) {
      if (found.length === limit) {
        nextCursor = encodeCursor([shard.shard_index, i]);
        break;
      }
      const row = rows.subarray(i * classes.length, (i + 1) * classes.length);
      found.push({ itemId: shard.item_ids[i]!, row });
    }
    shardIndex = shard.shard_index + 1;
  }
  const externalIds = await externalIdsOf(
    db,
    found.map(({ itemId }) => itemId),
  );
  return {
    items: found.map(({ itemId, row }) => ({
      itemId,
      externalId: externalIds.get(itemId) ?? null,
      ...named(row, classes),
    })),
    model,
    nextCursor,
  };
}

/** The model that the present predictions are of; null: no round has ended yet. */
export async function getModelInUse(db: Queryable, projectId: string): Promise<PredictionPage['model']> {
  const [model] = await db.query<{ version: number; num_live_updates: number; updated_at: Date }>(
    `SELECT v.number AS version, max(p.num_live_updates) AS num_live_updates, max(p.updated_at) AS updated_at
     FROM predictions p JOIN rounds r ON r.id = p.round_id JOIN model_versions v ON v.id = r.model_version_id
     WHERE p.project_id = $1 GROUP BY v.number ORDER BY v.number DESC LIMIT 1`,
    [projectId],
  );
  if (!model) return null;
  return {
    version: model.version,
    numLiveUpdates: model.num_live_updates,
    updatedAt: model.updated_at.toISOString(),
  };
}

/** The newest prediction of one item; null: none yet (no round knew it). */
export async function getItemPrediction(
  db: Queryable,
  itemId: string,
): Promise<Pick<PredictionRecord, 'probabilities' | 'predicted'> | null> {
  const [found] = await db.query<{ project_id: string; place: number; probabilities: Buffer }>(
    `SELECT p.project_id, array_position(p.item_ids, i.id) AS place, p.probabilities
     FROM items i JOIN predictions p ON p.project_id = i.project_id
     WHERE i.id = $1 AND i.id = ANY(p.item_ids)`,
    [itemId],
  );
  if (!found) return null;
  const classes = await classKeys(db, found.project_id);
  const rows = floatsOf(found.probabilities);
  return named(rows.subarray((found.place - 1) * classes.length, found.place * classes.length), classes);
}

function named(
  row: Float32Array,
  classes: readonly string[],
): Pick<PredictionRecord, 'probabilities' | 'predicted'> {
  let best = 0;
  for (let c = 1; c < classes.length; c++) if (row[c]! > row[best]!) best = c;
  return {
    probabilities: Object.fromEntries(classes.map((key, c) => [key, row[c]!])),
    predicted: classes[best]!,
  };
}

export async function classKeys(db: Queryable, projectId: string): Promise<string[]> {
  const classes = await db.prisma.projectClass.findMany({
    where: { projectId },
    orderBy: { position: 'asc' },
    select: { key: true },
  });
  return classes.map(({ key }) => key);
}

async function externalIdsOf(db: Queryable, itemIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.query<{ id: string; external_id: string }>(
    `SELECT id, external_id FROM items WHERE id = ANY(string_to_array($1, ',')) AND external_id IS NOT NULL`,
    [itemIds.join(',')],
  );
  return new Map(rows.map((row) => [row.id, row.external_id]));
}

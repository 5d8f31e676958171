import { noMapLabel, type PoolMap } from '@tangent/contracts';
import { floatsOf } from '../core/bytes.js';
import type { Queryable } from '../core/database.js';
import { getLiveRanking } from '../rankings/read-rankings.js';
import { classKeys } from './read-predictions.js';

export interface MapPointsInput {
  readonly projectId: string;
  readonly roundId: string;
  /** Places in the pool of the round, ascending; null: all of it. */
  readonly points: Uint32Array | null;
}

export type MapPoints = Pick<
  PoolMap,
  'numItems' | 'itemIds' | 'classKeys' | 'predictions' | 'margins' | 'labels' | 'ranks'
>;

/**
 * What is known now of the points of a map; null where the predictions in use are of another round. Reads one slice of the
 * predictions at a time: memory grows with the points, not with the classes.
 */
export async function readMapPoints(
  db: Queryable,
  { projectId, roundId, points }: MapPointsInput,
): Promise<MapPoints | null> {
  const classes = await classKeys(db, projectId);
  const slices = await db.query<{ shard_index: number; round_id: string }>(
    'SELECT shard_index, round_id FROM predictions WHERE project_id = $1 ORDER BY shard_index',
    [projectId],
  );
  const itemIds: string[] = [];
  const predicted: number[] = [];
  const margins: number[] = [];
  let numItems = 0;
  let next = 0;
  for (const { shard_index } of slices) {
    const [slice] = await db.query<{ item_ids: string[]; probabilities: Buffer }>(
      'SELECT item_ids, probabilities FROM predictions WHERE project_id = $1 AND shard_index = $2 AND round_id = $3',
      [projectId, shard_index, roundId],
    );
    if (!slice) return null;
    const rows = floatsOf(slice.probabilities);
    slice.item_ids.forEach((id, i) => {
      if (points && points[next] !== numItems + i) return;
      next += 1;
      const { best, margin } = surest(rows.subarray(i * classes.length, (i + 1) * classes.length));
      itemIds.push(id);
      predicted.push(best);
      margins.push(Math.round(255 * Math.min(1, Math.max(0, margin))));
    });
    numItems += slice.item_ids.length;
  }
  const place = new Map(itemIds.map((id, i) => [id, i]));
  return {
    numItems,
    itemIds,
    classKeys: classes,
    predictions: base64Of(Uint16Array.from(predicted)),
    margins: base64Of(Uint8Array.from(margins)),
    labels: base64Of(await labelsOf(db, { projectId, classes, place })),
    ranks: base64Of(await ranksOf(db, { projectId, place })),
  };
}

function surest(row: Float32Array): { readonly best: number; readonly margin: number } {
  let best = 0;
  for (let c = 1; c < row.length; c++) if (row[c]! > row[best]!) best = c;
  let second = 0;
  for (let c = 0; c < row.length; c++) if (c !== best) second = Math.max(second, row[c]!);
  return { best, margin: row[best]! - second };
}

interface Places {
  readonly projectId: string;
  /** Of each item among the points. */
  readonly place: ReadonlyMap<string, number>;
}

async function labelsOf(
  db: Queryable,
  { projectId, classes, place }: Places & { readonly classes: readonly string[] },
): Promise<Uint16Array> {
  const rows = await db.query<{ item_id: string; class_key: string }>(
    'SELECT item_id, class_key FROM labels WHERE project_id = $1',
    [projectId],
  );
  const positionOf = new Map(classes.map((key, c) => [key, c]));
  const labels = new Uint16Array(place.size).fill(noMapLabel);
  for (const { item_id, class_key } of rows) {
    const at = place.get(item_id);
    if (at !== undefined) labels[at] = positionOf.get(class_key) ?? noMapLabel;
  }
  return labels;
}

async function ranksOf(db: Queryable, { projectId, place }: Places): Promise<Uint32Array> {
  const ranks = new Uint32Array(place.size);
  const ranking = await getLiveRanking(db, projectId);
  ranking?.itemIds.forEach((id, i) => {
    const at = place.get(id);
    if (at !== undefined) ranks[at] = i + 1;
  });
  return ranks;
}

const base64Of = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array | Uint32Array) =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');

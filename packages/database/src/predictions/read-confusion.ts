import { type Confusion, mostCellItems } from '@tangent/contracts';
import { floatsOf } from '../core/bytes.js';
import type { Queryable } from '../core/database.js';
import { classKeys, getModelInUse } from './read-predictions.js';

interface Cell {
  readonly classKey: string;
  readonly predicted: string;
  numItems: number;
  /** Kept sorted, the surest first. */
  readonly surest: { readonly itemId: string; readonly probability: number }[];
}

/**
 * Labels of the pool against its present predictions. Reads one slice of the predictions at a time, and only those that
 * hold labeled items: memory grows with classes, not with items.
 */
export async function readConfusion(db: Queryable, projectId: string): Promise<Confusion> {
  const model = await getModelInUse(db, projectId);
  const cells = new Map<string, Cell>();
  if (model) {
    const classes = await classKeys(db, projectId);
    const slices = await db.query<{ shard_index: number }>(
      'SELECT shard_index FROM predictions WHERE project_id = $1 ORDER BY shard_index',
      [projectId],
    );
    for (const { shard_index } of slices)
      await addSlice(db, { projectId, shardIndex: shard_index, classes, cells });
  }
  const sorted = [...cells.values()].sort(
    (a, b) => b.numItems - a.numItems || compare(a.classKey, b.classKey) || compare(a.predicted, b.predicted),
  );
  const sum = (some: readonly Cell[]) => some.reduce((total, { numItems }) => total + numItems, 0);
  return {
    numItems: sum(sorted),
    numAgreeing: sum(sorted.filter(({ classKey, predicted }) => classKey === predicted)),
    cells: sorted.map(({ surest, ...cell }) => ({ ...cell, itemIds: surest.map(({ itemId }) => itemId) })),
    model,
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface Slice {
  readonly projectId: string;
  readonly shardIndex: number;
  readonly classes: readonly string[];
  readonly cells: Map<string, Cell>;
}

async function addSlice(db: Queryable, { projectId, shardIndex, classes, cells }: Slice): Promise<void> {
  const labels = await db.query<{ n: number; id: string; class_key: string }>(
    `SELECT u.n::int AS n, u.id, l.class_key
     FROM predictions p, unnest(p.item_ids) WITH ORDINALITY u(id, n) JOIN labels l ON l.item_id = u.id
     WHERE p.project_id = $1 AND p.shard_index = $2`,
    [projectId, shardIndex],
  );
  if (labels.length === 0) return;
  const [slice] = await db.query<{ item_ids: string[]; probabilities: Buffer }>(
    'SELECT item_ids, probabilities FROM predictions WHERE project_id = $1 AND shard_index = $2',
    [projectId, shardIndex],
  );
  if (!slice) return;
  const rows = floatsOf(slice.probabilities);
  for (const { n, id, class_key } of labels) {
    // A round that ended in between may have cut the pool anew.
    if (slice.item_ids[n - 1] !== id) continue;
    const row = rows.subarray((n - 1) * classes.length, n * classes.length);
    let best = 0;
    for (let c = 1; c < classes.length; c++) if (row[c]! > row[best]!) best = c;
    addItem(
      cells,
      { classKey: class_key, predicted: classes[best]! },
      { itemId: id, probability: row[best]! },
    );
  }
}

function addItem(
  cells: Map<string, Cell>,
  place: { readonly classKey: string; readonly predicted: string },
  item: Cell['surest'][number],
): void {
  const key = JSON.stringify([place.classKey, place.predicted]);
  const cell = cells.get(key) ?? { ...place, numItems: 0, surest: [] };
  cells.set(key, cell);
  cell.numItems += 1;
  cell.surest.push(item);
  cell.surest.sort((a, b) => b.probability - a.probability || compare(a.itemId, b.itemId));
  cell.surest.length = Math.min(cell.surest.length, mostCellItems);
}

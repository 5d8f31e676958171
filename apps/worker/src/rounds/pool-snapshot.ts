import { type Database, type RoundJobRecord, readPool, setSnapshot } from '@tangent/database';
import { planShards } from '@tangent/labeling';
import type { BlobStore } from '@tangent/storage';
import { decodeSnapshot, encodeSnapshot, type Snapshot } from './snapshot.js';

/**
 * The round's snapshot: taken now if nobody has, else the one that is there. Null: the round has moved on, and this job
 * is not wanted any more.
 */
export async function takeSnapshot(
  db: Database,
  blobs: BlobStore,
  round: RoundJobRecord,
): Promise<Snapshot | null> {
  if (round.snapshotKey) return loadSnapshot(blobs, round.snapshotKey);
  const snapshot = await readSnapshot(db, round);
  const { key } = await blobs.put(encodeSnapshot(snapshot));
  const shards = planShards(snapshot.itemIds.length, round.config.shardSize);
  const set = await setSnapshot(db, {
    roundId: round.id,
    attempt: round.attempt,
    snapshotKey: key,
    labelSeq: snapshot.labelSeq,
    shards,
  });
  if (set.kind === 'stale') return null;
  return set.kind === 'set' ? snapshot : loadSnapshot(blobs, set.snapshotKey);
}

export async function loadSnapshot(blobs: BlobStore, key: string): Promise<Snapshot> {
  return decodeSnapshot(await blobs.get(key));
}

async function readSnapshot(db: Database, round: RoundJobRecord): Promise<Snapshot> {
  const classKeys = round.project.classes.map((c) => c.key);
  const positionOf = new Map(classKeys.map((key, i) => [key, i]));
  return readPool(db, round.projectId, async ({ labelSeq, rows }) => {
    const pool = {
      itemIds: [] as string[],
      classes: [] as number[],
      isRandom: [] as boolean[],
      isSkipped: [] as boolean[],
      isNotRelevant: [] as boolean[],
    };
    const holdout = { holdoutIds: [] as string[], holdoutClasses: [] as number[] };
    for await (const row of rows) {
      const position = row.classKey === null ? -1 : positionOf.get(row.classKey)!;
      if (row.isHoldout) {
        holdout.holdoutIds.push(row.itemId);
        holdout.holdoutClasses.push(position);
        continue;
      }
      pool.itemIds.push(row.itemId);
      pool.classes.push(position);
      pool.isRandom.push(row.isRandom);
      pool.isSkipped.push(row.skip !== null);
      pool.isNotRelevant.push(row.skip === 'not-relevant');
    }
    return { projectId: round.projectId, classKeys, labelSeq, ...pool, ...holdout };
  });
}

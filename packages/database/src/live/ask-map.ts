import { createHash } from 'node:crypto';
import type { PoolMap } from '@tangent/contracts';
import type { Database, Queryable } from '../core/database.js';
import { readMapPoints } from '../predictions/read-map-points.js';
import { getModelInUse } from '../predictions/read-predictions.js';
import { askReport } from './ask-report.js';
import type { LiveReplies } from './replies.js';

/** The pool in the plane, with what is known of its items now. Throws as askReport. */
export async function askMap(
  db: Database,
  replies: LiveReplies,
  { projectId }: { readonly projectId: string },
): Promise<PoolMap> {
  const reported = await askReport<'map'>(db, replies, { projectId, question: { kind: 'map' } });
  if (reported.kind === 'no-model') return noMap(reported.reason);
  if ('progress' in reported.answer)
    return {
      ...noMap('The map of this round is being laid out. Ask again in a second.'),
      progress: reported.answer.progress,
    };
  const { roundId, numLandmarks, points, positions } = reported.answer;
  const found = await readMapPoints(db, {
    projectId,
    roundId,
    points: points === null ? null : uint32sOf(points),
  });
  const model = await getModelInUse(db, projectId);
  if (!found || !model)
    return noMap('A round has ended a moment ago, and its map is not there yet. Ask again in some seconds.');
  return { model: { roundId, ...model }, numLandmarks, positions, ...found, reason: null, progress: null };
}

/**
 * A tag of all that a map shows, strong, with its quotes: another round, live update or label gives another one. Read before
 * the map, so that a map which is newer than its tag is only sent once too often.
 */
export async function mapTag(
  db: Queryable,
  { projectId }: { readonly projectId: string },
): Promise<string | null> {
  const [row] = await db.query<{ parts: string }>(
    `SELECT concat_ws(' ', k.round_id, k.label_seq, k.computed_at, p.label_seq, p.settings_version,
       (SELECT max(updated_at) FROM predictions WHERE project_id = p.id)) AS parts
     FROM projects p JOIN rankings k ON k.project_id = p.id AND k.kind = 'live' WHERE p.id = $1`,
    [projectId],
  );
  if (!row) return null;
  return `"${createHash('sha256').update(row.parts).digest('base64url').slice(0, 27)}"`;
}

const noMap = (reason: string): PoolMap => ({
  model: null,
  numItems: 0,
  numLandmarks: 0,
  itemIds: [],
  classKeys: [],
  positions: '',
  predictions: '',
  margins: '',
  labels: '',
  ranks: '',
  reason,
  progress: null,
});

function uint32sOf(base64: string): Uint32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Uint32Array(bytes.buffer);
}

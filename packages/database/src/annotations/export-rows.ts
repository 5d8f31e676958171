import type { SkipReason } from '@tangent/contracts';
import { floatsOf } from '../core/bytes.js';
import type { Database } from '../core/database.js';
import { openSnapshot } from '../core/stream.js';

export interface ExportedAnnotation {
  readonly id: string;
  readonly annotatorId: string;
  readonly classKey: string | null;
  readonly skip: SkipReason | null;
  readonly flag: boolean;
  readonly activeMs: number | null;
  readonly wallMs: number | null;
  readonly createdAt: string;
}

export interface ExportRow {
  readonly id: string;
  readonly externalId: string | null;
  readonly text: string | null;
  readonly vector: Float32Array | null;
  readonly mediaSha256: string | null;
  readonly data: Record<string, unknown>;
  readonly isHoldout: boolean;
  readonly status: 'unlabeled' | 'labeled' | 'skipped';
  readonly label: string | null;
  /** import, annotation or review. */
  readonly labelSource: string | null;
  readonly createdAt: string;
  /** Live ones, oldest first. */
  readonly annotations: readonly ExportedAnnotation[];
}

interface Row {
  id: string;
  external_id: string | null;
  text: string | null;
  vector: Buffer | null;
  media_sha256: string | null;
  data: Record<string, unknown>;
  is_holdout: boolean;
  status: ExportRow['status'];
  label: string | null;
  label_source: string | null;
  created_at: Date;
  annotations: (Omit<ExportedAnnotation, 'createdAt'> & { createdAtMs: number })[] | null;
}

/**
 * All items in the order of import, with label and live annotations: of one snapshot, in constant memory. Holds a
 * connection until it is read to its end or left.
 */
export async function* exportRows(
  db: Database,
  projectId: string,
  options: { batchSize?: number } = {},
): AsyncGenerator<ExportRow, void, undefined> {
  const { snapshot, close } = await openSnapshot(db);
  try {
    const rows = snapshot.stream<Row>(
      `SELECT i.id, i.external_id, i.text, i.vector, i.media_sha256, i.data, i.is_holdout, i.status, i.created_at,
         lab.class_key AS label, lab.source AS label_source,
         CASE WHEN i.num_annotations > 0 THEN (
           SELECT json_agg(json_build_object('id', a.id, 'annotatorId', a.annotator_id, 'classKey', a.class_key,
             'skip', a.skip_reason, 'flag', a.flag, 'activeMs', a.active_ms, 'wallMs', a.wall_ms,
             'createdAtMs', (extract(epoch FROM a.created_at) * 1000)::bigint) ORDER BY a.created_at, a.id)
           FROM annotations a WHERE a.item_id = i.id AND a.superseded_at IS NULL) END AS annotations
       FROM items i LEFT JOIN labels lab ON lab.item_id = i.id
       WHERE i.project_id = $1 ORDER BY i.ordinal`,
      [projectId],
      options,
    );
    for await (const row of rows) yield toExportRow(row);
  } finally {
    await close();
  }
}

function toExportRow(row: Row): ExportRow {
  return {
    id: row.id,
    externalId: row.external_id,
    text: row.text,
    vector: row.vector && floatsOf(row.vector),
    mediaSha256: row.media_sha256,
    data: row.data,
    isHoldout: row.is_holdout,
    status: row.status,
    label: row.label,
    labelSource: row.label_source,
    createdAt: row.created_at.toISOString(),
    annotations: (row.annotations ?? []).map(({ createdAtMs, ...annotation }) => ({
      ...annotation,
      createdAt: new Date(createdAtMs).toISOString(),
    })),
  };
}

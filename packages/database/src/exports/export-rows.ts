import type { SkipReason } from '@tangent/contracts';
import { floatsOf } from '../core/bytes.js';
import type { Cursor, Snapshot } from '../core/stream.js';
import { batchSizes } from './batch-sizes.js';

export interface ExportedAnnotation {
  readonly id: string;
  readonly annotatorId: string;
  readonly annotatorEmail: string;
  readonly classKey: string | null;
  readonly skip: SkipReason | null;
  readonly flag: boolean;
  readonly activeMs: number | null;
  readonly wallMs: number | null;
  readonly createdAt: string;
}

export interface ExportRow {
  readonly id: string;
  /** From 0, in the order of import. */
  readonly ordinal: number;
  readonly externalId: string | null;
  readonly text: string | null;
  readonly vector: Float32Array | null;
  /** Key of the image's blob. */
  readonly mediaSha256: string | null;
  /** The item's data as JSON, an object: most formats only pass it on. */
  readonly dataJson: string;
  readonly isHoldout: boolean;
  readonly isGold: boolean;
  readonly status: 'unlabeled' | 'labeled' | 'skipped';
  readonly label: string | null;
  /** import, annotation or review. */
  readonly labelSource: string | null;
  readonly createdAt: string;
  /** Live ones, oldest first. */
  readonly annotations: readonly ExportedAnnotation[];
}

/** Which items; default: all, with everything. */
export interface ExportSelection {
  /** Only the held-out ones, or only those of the pool. */
  readonly isHoldout?: boolean;
  /** Only those with a label. */
  readonly isLabeled?: boolean;
  /** False: text and vector are left out. */
  readonly hasContent?: boolean;
}

export interface BatchLimits {
  /** Default 1,000. */
  readonly maxRows?: number;
  /** Of text, vector and data; a batch has more only where one item has. Default 2 MiB. */
  readonly maxBytes?: number;
}

/** As the server gives it, which writes times out itself: a million dates made here would take longer than all the rest. */
type Row = Omit<ExportRow, 'vector' | 'annotations'> & {
  vector: Buffer | null;
  annotations: ExportedAnnotation[] | null;
};

/** Sizes that are looked at together. */
const sizesAtOnce = 10_000;

const selected = `FROM items i LEFT JOIN labels lab ON lab.item_id = i.id
  WHERE i.project_id = $1 AND ($2::boolean IS NULL OR i.is_holdout = $2) AND (NOT $3::boolean OR lab.item_id IS NOT NULL)
  ORDER BY i.ordinal`;

const timeSql = (column: string) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const rowsSql = (hasContent: boolean) => `
  SELECT i.id, i.ordinal, i.external_id AS "externalId", i.media_sha256 AS "mediaSha256", i.is_holdout AS "isHoldout",
    i.is_gold AS "isGold", i.status, i.data::text AS "dataJson", ${timeSql('i.created_at')} AS "createdAt",
    ${hasContent ? 'i.text, i.vector' : 'NULL AS text, NULL AS vector'},
    lab.class_key AS label, lab.source AS "labelSource",
    CASE WHEN i.num_annotations > 0 THEN (
      SELECT json_agg(json_build_object('id', a.id, 'annotatorId', a.annotator_id, 'annotatorEmail', u.email,
        'classKey', a.class_key, 'skip', a.skip_reason, 'flag', a.flag, 'activeMs', a.active_ms, 'wallMs', a.wall_ms,
        'createdAt', ${timeSql('a.created_at')}) ORDER BY a.created_at, a.id)
      FROM annotations a JOIN users u ON u.id = a.annotator_id
      WHERE a.item_id = i.id AND a.superseded_at IS NULL) END AS annotations
  ${selected}`;

const sizesSql = (hasContent: boolean) => `
  SELECT octet_length(i.data::text)${hasContent ? ' + coalesce(octet_length(i.text), 0) + coalesce(octet_length(i.vector), 0)' : ''} AS bytes
  ${selected}`;

/**
 * The items in the order of import, with label and live annotations, in batches. Sizes are read ahead of the rows, so
 * that a thousand long texts after a million short ones do not come at once.
 */
export async function* exportBatches(
  snapshot: Snapshot,
  projectId: string,
  { isHoldout, isLabeled = false, hasContent = true }: ExportSelection = {},
  { maxRows = 1000, maxBytes = 2 * 1024 * 1024 }: BatchLimits = {},
): AsyncGenerator<readonly ExportRow[], void, undefined> {
  const values = [projectId, isHoldout ?? null, isLabeled];
  const sizes = await snapshot.cursor<{ bytes: number }>(sizesSql(hasContent), values);
  const rows: Cursor<Row> = await snapshot.cursor<Row>(rowsSql(hasContent), values);
  for (;;) {
    const bytes = (await sizes.fetch(sizesAtOnce)).map((size) => size.bytes);
    for (const numRows of batchSizes(bytes, { maxRows, maxBytes }))
      yield (await rows.fetch(numRows)).map(toExportRow);
    if (bytes.length < sizesAtOnce) break;
  }
  await sizes.close();
  await rows.close();
}

/** The row itself, completed. */
function toExportRow(row: Row): ExportRow {
  return Object.assign(row, {
    vector: row.vector && floatsOf(row.vector),
    annotations: row.annotations ?? none,
  });
}

const none: readonly ExportedAnnotation[] = [];

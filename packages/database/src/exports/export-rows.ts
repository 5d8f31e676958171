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

interface Row {
  id: string;
  ordinal: number;
  external_id: string | null;
  text: string | null;
  vector: Buffer | null;
  media_sha256: string | null;
  data: string;
  is_holdout: boolean;
  status: ExportRow['status'];
  label: string | null;
  label_source: string | null;
  created_ms: number;
  annotations: (Omit<ExportedAnnotation, 'createdAt'> & { createdAtMs: number })[] | null;
}

/** Sizes that are looked at together. */
const sizesAtOnce = 10_000;

const selected = `FROM items i LEFT JOIN labels lab ON lab.item_id = i.id
  WHERE i.project_id = $1 AND ($2::boolean IS NULL OR i.is_holdout = $2) AND (NOT $3::boolean OR lab.item_id IS NOT NULL)
  ORDER BY i.ordinal`;

const rowsSql = (hasContent: boolean) => `
  SELECT i.id, i.ordinal, i.external_id, i.media_sha256, i.is_holdout, i.status, i.data::text AS data,
    ${hasContent ? 'i.text, i.vector' : 'NULL AS text, NULL AS vector'},
    (extract(epoch FROM i.created_at) * 1000)::float8 AS created_ms,
    lab.class_key AS label, lab.source AS label_source,
    CASE WHEN i.num_annotations > 0 THEN (
      SELECT json_agg(json_build_object('id', a.id, 'annotatorId', a.annotator_id, 'annotatorEmail', u.email,
        'classKey', a.class_key, 'skip', a.skip_reason, 'flag', a.flag, 'activeMs', a.active_ms, 'wallMs', a.wall_ms,
        'createdAtMs', (extract(epoch FROM a.created_at) * 1000)::bigint) ORDER BY a.created_at, a.id)
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

function toExportRow(row: Row): ExportRow {
  return {
    id: row.id,
    ordinal: row.ordinal,
    externalId: row.external_id,
    text: row.text,
    vector: row.vector && floatsOf(row.vector),
    mediaSha256: row.media_sha256,
    dataJson: row.data,
    isHoldout: row.is_holdout,
    status: row.status,
    label: row.label,
    labelSource: row.label_source,
    createdAt: new Date(row.created_ms).toISOString(),
    annotations: row.annotations === null ? none : row.annotations.map(toAnnotation),
  };
}

const none: readonly ExportedAnnotation[] = [];

const toAnnotation = ({
  createdAtMs,
  ...annotation
}: NonNullable<Row['annotations']>[0]): ExportedAnnotation => ({
  ...annotation,
  createdAt: new Date(createdAtMs).toISOString(),
});

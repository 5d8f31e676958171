import type { ItemStatus } from '@tangent/contracts';
import { floatsOf } from '../core/bytes.js';

export interface MediaRecord {
  /** Key of the stored blob. */
  readonly sha256: string;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly numBytes: number;
}

/** What an item shows: exactly one of text, vector and media is not null. */
export interface ItemContentRecord {
  readonly id: string;
  readonly externalId: string | null;
  readonly text: string | null;
  readonly vector: Float32Array | null;
  readonly media: MediaRecord | null;
  readonly data: Record<string, unknown>;
}

export interface ItemRecord extends ItemContentRecord {
  readonly projectId: string;
  /** `leased`: unlabeled, and somebody holds it at the moment. */
  readonly status: ItemStatus;
  readonly label: string | null;
  readonly isHoldout: boolean;
  readonly isGold: boolean;
  readonly createdAt: string;
}

export interface ContentRow {
  id: string;
  external_id: string | null;
  text: string | null;
  vector: Buffer | null;
  data: Record<string, unknown>;
  media: MediaRecord | null;
}

/** Columns of a ContentRow, of items `i` left joined with `mediaJoin`. */
export const contentColumns = `i.id, i.external_id, i.text, i.vector, i.data,
  CASE WHEN m.sha256 IS NOT NULL THEN json_build_object('sha256', m.sha256, 'mimeType', m.mime_type, 'width', m.width,
    'height', m.height, 'channels', m.channels, 'numBytes', m.num_bytes) END AS media`;
export const mediaJoin = 'LEFT JOIN media m ON m.sha256 = i.media_sha256';

export function toContent(row: ContentRow): ItemContentRecord {
  return {
    id: row.id,
    externalId: row.external_id,
    text: row.text,
    vector: row.vector && floatsOf(row.vector),
    media: row.media,
    data: row.data,
  };
}

export interface ItemRow extends ContentRow {
  project_id: string;
  ordinal: number;
  status: ItemStatus;
  label: string | null;
  is_holdout: boolean;
  is_gold: boolean;
  created_at: Date;
}

/** Whether somebody holds item `i` at $1. */
export const isLeasedSql = `EXISTS (SELECT 1 FROM leases l WHERE l.item_id = i.id AND l.closed_at IS NULL AND l.expires_at > $1)`;

/** Columns of an ItemRow, of items `i` with `itemJoins`; $1 is the present moment. */
export const itemColumns = `${contentColumns}, i.project_id, i.ordinal, i.is_holdout, i.is_gold, i.created_at, lab.class_key AS label,
  CASE WHEN i.status = 'unlabeled' AND ${isLeasedSql} THEN 'leased' ELSE i.status::text END AS status`;
export const itemJoins = `${mediaJoin} LEFT JOIN labels lab ON lab.item_id = i.id`;

export function toItem(row: ItemRow): ItemRecord {
  return {
    ...toContent(row),
    projectId: row.project_id,
    status: row.status,
    label: row.label,
    isHoldout: row.is_holdout,
    isGold: row.is_gold,
    createdAt: row.created_at.toISOString(),
  };
}

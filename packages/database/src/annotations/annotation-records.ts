import type { Annotation, SkipReason } from '@tangent/contracts';
import type { AnswerGiven } from '@tangent/labeling';

export interface AnnotationRow {
  id: string;
  item_id: string;
  annotator_id: string;
  lease_id: string | null;
  class_key: string | null;
  skip_reason: string | null;
  flag: boolean;
  arm: string | null;
  supersedes_id: string | null;
  created_at: Date;
  superseded_at: Date | null;
}

export const annotationColumns = `a.id, a.item_id, a.annotator_id, a.lease_id, a.class_key, a.skip_reason, a.flag,
  a.arm, a.supersedes_id, a.created_at, a.superseded_at`;

export function toAnnotation(row: AnnotationRow): Annotation {
  return {
    id: row.id,
    itemId: row.item_id,
    classKey: row.class_key,
    skip: row.skip_reason === null ? null : { reason: row.skip_reason as SkipReason },
    flag: row.flag,
    annotatorId: row.annotator_id,
    createdAt: row.created_at.toISOString(),
    ...(row.supersedes_id !== null && { supersedes: row.supersedes_id }),
    supersededAt: row.superseded_at?.toISOString() ?? null,
  };
}

export function toAnswer(row: AnnotationRow): AnswerGiven {
  return {
    id: row.id,
    createdAt: row.created_at,
    classKey: row.class_key,
    skipReason: row.skip_reason,
    isFlagged: row.flag,
    arm: row.arm,
  };
}

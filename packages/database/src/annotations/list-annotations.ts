import type { Annotation } from '@tangent/contracts';
import type { Queryable } from '../core/database.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';
import { type AnnotationRow, annotationColumns, toAnnotation } from './annotation-records.js';

export type AnnotationListEntry = Annotation & {
  readonly annotatorName: string;
  readonly text: string | null;
  readonly hasMedia: boolean;
};

export interface ListAnnotationsInput extends PageRequest {
  readonly projectId: string;
  /** Only theirs. */
  readonly annotatorId?: string | undefined;
  readonly includeSuperseded: boolean;
  /** Only those of it. */
  readonly itemId?: string | undefined;
}

/** Newest first. */
export async function listAnnotations(
  db: Queryable,
  input: ListAnnotationsInput,
): Promise<Page<AnnotationListEntry>> {
  const { projectId, annotatorId, includeSuperseded, itemId, cursor, limit } = input;
  const after = decodeCursor(cursor, 'ts');
  const rows = await db.query<
    AnnotationRow & { annotator_name: string; text: string | null; has_media: boolean }
  >(
    `SELECT ${annotationColumns}, u.name AS annotator_name, i.text, i.media_sha256 IS NOT NULL AS has_media
     FROM annotations a JOIN items i ON i.id = a.item_id JOIN users u ON u.id = a.annotator_id
     WHERE a.project_id = $1 AND ($2::text IS NULL OR a.annotator_id = $2) AND ($3 OR a.superseded_at IS NULL)
       AND ($4::timestamptz IS NULL OR (a.created_at, a.id) < ($4, $5)) AND ($7::text IS NULL OR a.item_id = $7)
     ORDER BY a.created_at DESC, a.id DESC LIMIT $6`,
    [
      projectId,
      annotatorId ?? null,
      includeSuperseded,
      after && new Date(after[0] as number),
      after?.[1] ?? null,
      limit + 1,
      itemId ?? null,
    ],
  );
  return pageOf(
    rows,
    limit,
    (row) => ({
      ...toAnnotation(row),
      annotatorName: row.annotator_name,
      text: row.text,
      hasMedia: row.has_media,
    }),
    (row) => [row.created_at.getTime(), row.id],
  );
}

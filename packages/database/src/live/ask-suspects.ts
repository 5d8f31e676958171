import type { SuspectsReport } from '@tangent/contracts';
import type { Database } from '../core/database.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';
import { askReport } from './ask-report.js';
import type { LiveReplies } from './replies.js';

export type SuspectsPage = SuspectsReport & Page<SuspectsReport['items'][number]>;

/** A page of the suspect labels, the most suspect first, equals by item id. Throws as askReport. */
export async function askSuspects(
  db: Database,
  replies: LiveReplies,
  { projectId, cursor, limit }: { readonly projectId: string } & PageRequest,
): Promise<SuspectsPage> {
  const after = placeOf(cursor);
  const reported = await askReport<'suspects'>(db, replies, {
    projectId,
    question: { kind: 'suspects', limit: limit + 1, after },
  });
  const report: SuspectsReport =
    reported.kind === 'answered'
      ? reported.answer
      : {
          items: [],
          model: null,
          numLabels: 0,
          numJudged: 0,
          numSuspects: 0,
          ridgeRelative: null,
          reason: reported.reason,
        };
  const page = pageOf(
    report.items,
    limit,
    (suspect) => suspect,
    ({ score, itemId }) => [String(score), itemId],
  );
  return { ...report, ...page };
}

/** Scores are no whole numbers, so that they stand in the cursor as texts. Throws validation-failed. */
function placeOf(cursor: string | undefined): { readonly score: number; readonly itemId: string } | null {
  const after = decodeCursor(cursor, 'fs');
  return after && { score: Number(after[0]), itemId: after[1] as string };
}

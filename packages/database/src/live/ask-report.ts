import type { LiveQuestion, LiveReply } from '@tangent/contracts';
import type { Database } from '../core/database.js';
import { getRankingInfo } from '../rankings/ranking-info.js';
import { countAliveWorkers } from '../workers/workers.js';
import { askLive, longestWaitMs } from './ask-live.js';
import type { LiveReplies } from './replies.js';

type ReportReply = Exclude<LiveReply, { kind: 'what-if' | 'explanation' | 'unknown-item' | 'failed' }>;
/** A question about the live model as a whole; its answer may take seconds. */
export type ReportKind = ReportReply['kind'];
type QuestionOf<K> = Extract<LiveQuestion, { kind: K }>;
type AnswerOf<K> = Extract<ReportReply, { kind: K }>['answer'];

export type Reported<A> =
  | { readonly kind: 'answered'; readonly answer: A }
  /** There is nothing to ask yet; the sentence says why, and what would help. */
  | { readonly kind: 'no-model'; readonly reason: string };

/** Asks the worker that holds the project's live model. Throws no-live-model when no answer comes within 30 seconds. */
export async function askReport<K extends ReportKind>(
  db: Database,
  replies: LiveReplies,
  { projectId, question }: { readonly projectId: string; readonly question: QuestionOf<K> },
): Promise<Reported<AnswerOf<K>>> {
  const ranking = await getRankingInfo(db, projectId);
  if (!ranking)
    return {
      kind: 'no-model',
      reason:
        'The project has no finished round yet. Wait for the one that runs, or start one by POST /v1/projects/{id}/rounds.',
    };
  if (ranking.modelVersion === null)
    return {
      kind: 'no-model',
      reason:
        'The last round trained no model, since there were labels of fewer than two classes. Label items of two classes, then start a round by POST /v1/projects/{id}/rounds.',
    };
  if ((await countAliveWorkers(db)) === 0)
    return {
      kind: 'no-model',
      reason: 'No worker is alive to hold the live model. Start one, and ask again.',
    };
  const asked: LiveQuestion = question;
  const reply = await askLive(db, replies, { projectId, question: asked, timeoutMs: longestWaitMs });
  if (reply.kind === 'failed') throw new Error(`the report ${asked.kind} failed: ${reply.detail}`);
  if (!('answer' in reply) || reply.kind !== asked.kind)
    throw new Error(`asked ${asked.kind}, was answered ${reply.kind}`);
  // Its kind is that of the question, which the type of the union cannot follow.
  return { kind: 'answered', answer: reply.answer as AnswerOf<K> };
}

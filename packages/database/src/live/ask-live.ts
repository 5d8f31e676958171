import {
  channels,
  type LiveQuestion,
  type LiveReply,
  type LiveSignal,
  liveQuestion,
  liveReply,
  TangentError,
} from '@tangent/contracts';
import type { Database, Queryable } from '../core/database.js';
import { newId } from '../core/ids.js';
import { notify } from '../core/listen.js';
import { inTransaction } from '../core/transaction.js';
import type { LiveReplies } from './replies.js';

/** Nobody waits longer for an answer; a question this old need not be answered. */
export const longestWaitMs = 30_000;

export interface AskInput {
  readonly projectId: string;
  readonly question: LiveQuestion;
  /** Default 5,000; at most 30,000. */
  readonly timeoutMs?: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/**
 * Asks the worker that holds the project's live model: writes the question, announces it, waits for the reply.
 * Throws no-live-model when none comes in time. A question that nobody waits for any more is closed, so that the worker does
 * not spend its time on it before those that somebody waits for.
 */
export async function askLive(db: Database, replies: LiveReplies, input: AskInput): Promise<LiveReply> {
  const { projectId, question, signal: whenGone } = input;
  const timeoutMs = Math.min(input.timeoutMs ?? 5000, longestWaitMs);
  const deadline = performance.now() + timeoutMs;
  const id = newId('liveRequest');
  // Waiting begins before anybody can answer.
  let answered = replies.waitFor(id, timeoutMs);
  await inTransaction(db, async (tx) => {
    await tx.prisma.liveRequest.create({ data: { id, projectId, question } });
    await signal(tx, { kind: 'question', projectId, requestId: id });
  });
  const gone = new Promise<void>((resolve) => {
    if (whenGone?.aborted) resolve();
    whenGone?.addEventListener('abort', () => resolve(), { once: true });
  });
  for (;;) {
    await Promise.race([answered, gone]);
    const row = await db.prisma.liveRequest.findUnique({ where: { id }, select: { reply: true } });
    if (row?.reply) return liveReply.parse(row.reply);
    const restMs = deadline - performance.now();
    if (restMs <= 0 || whenGone?.aborted) break;
    // Woken without a reply: the listener's connection was away, and the answer may still come.
    answered = replies.waitFor(id, restMs);
  }
  await db.query('UPDATE live_requests SET replied_at = now() WHERE id = $1 AND replied_at IS NULL', [id]);
  throw new TangentError(
    'no-live-model',
    `No worker answered for project ${projectId} within ${timeoutMs} ms. Start a worker, or wait until it has loaded the last round; labeling goes on meanwhile.`,
  );
}

/** Questions that somebody still waits for, oldest first. */
export async function openQuestions(
  db: Queryable,
  { projectId, now = db.now() }: { projectId: string; now?: Date },
): Promise<{ requestId: string; question: LiveQuestion }[]> {
  const rows = await db.prisma.liveRequest.findMany({
    where: { projectId, repliedAt: null, createdAt: { gt: new Date(now.getTime() - longestWaitMs) } },
    orderBy: { id: 'asc' },
    select: { id: true, question: true },
  });
  return rows.map(({ id, question }) => ({ requestId: id, question: liveQuestion.parse(question) }));
}

/** False once it is answered, or nobody waits for an answer. */
export async function isOpenQuestion(db: Queryable, requestId: string): Promise<boolean> {
  const rows = await db.query('SELECT 1 FROM live_requests WHERE id = $1 AND replied_at IS NULL', [
    requestId,
  ]);
  return rows.length > 0;
}

/** The first answer counts. */
export async function answerLive(
  db: Database,
  { requestId, reply }: { requestId: string; reply: LiveReply },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const [row] = await tx.query<{ project_id: string }>(
      `UPDATE live_requests SET reply = $2, replied_at = now() WHERE id = $1 AND replied_at IS NULL
       RETURNING project_id`,
      [requestId, JSON.stringify(reply)],
    );
    if (row) await signal(tx, { kind: 'reply', projectId: row.project_id, requestId });
  });
}

const keptMs = 600_000;

/** Removes questions older than ten minutes; their number. */
export async function removeOldQuestions(db: Queryable, now: Date = db.now()): Promise<number> {
  const rows = await db.query('DELETE FROM live_requests WHERE created_at < $1 RETURNING 1', [
    new Date(now.getTime() - keptMs),
  ]);
  return rows.length;
}

async function signal(tx: Queryable, message: LiveSignal): Promise<void> {
  await notify(tx, channels.live, JSON.stringify(message));
}

import { ApiError, type CallOptions, type Client } from '@tangent/client';
import type { Random } from '@tangent/compute';
import type { Lease } from '@tangent/contracts';
import type { AnnotatorLog, Hold, LoggedAnswer, Outcome } from './annotator-log.js';
import { keyOf, loseAnswer } from './lose-answer.js';
import type { Plan } from './plan.js';
import type { PoolProject } from './pool-project.js';

export interface AnnotatorOptions {
  readonly client: Client;
  readonly annotatorId: string;
  readonly project: PoolProject;
  readonly plan: Plan;
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
  /** Called with how many labels the ranking did not know when items were leased. */
  readonly onLease: (numLabelsBehind: number) => void;
}

const skipReasons = ['unsure', 'not-relevant', 'broken', 'other'] as const;

/** Labels until the end as people do: leases, thinks, answers, and now and then skips, undoes, gives back or leaves. */
export async function annotate(options: AnnotatorOptions): Promise<AnnotatorLog> {
  const { plan, random, endsAt, annotatorId } = options;
  const log: AnnotatorLog = { annotatorId, holds: [], answers: [] };
  const isOver = () => Date.now() >= endsAt;
  const think = (share = 1) => {
    const ms = share * plan.thinkMs * -Math.log(1 - random.uniform());
    return new Promise((resolve) => setTimeout(resolve, Math.max(0, Math.min(ms, endsAt - Date.now()))));
  };
  // Nobody arrives at the same moment as all others.
  await think();
  while (!isOver()) {
    const held = await leaseSome(options, log);
    if (held.length === 0 || isBy(random, plan.shares.walkAway)) {
      await think();
      continue;
    }
    for (const { lease, hold } of held) {
      if (isBy(random, plan.shares.heartbeat)) {
        await think(0.5);
        await prolong(options, lease, hold);
        await think(0.5);
      } else await think();
      if (isOver()) break;
      if (isBy(random, plan.shares.release)) {
        hold.until = Math.min(hold.until, Date.now());
        await refusable(options.client.deleteLease({ params: { leaseId: lease.leaseId } }));
        continue;
      }
      const answer = await answerItem(options, lease, hold);
      log.answers.push(answer);
      if (answer.outcome.kind !== 'kept' || !isBy(random, plan.shares.undo)) continue;
      await think(0.2);
      await undo(options.client, answer.outcome);
    }
  }
  return log;
}

const isBy = (random: Random, share: number) => random.uniform() < share;

interface Held {
  readonly lease: Lease;
  readonly hold: Hold;
}

async function leaseSome(
  { client, project, plan, random, onLease }: AnnotatorOptions,
  log: AnnotatorLog,
): Promise<Held[]> {
  const args = {
    params: { projectId: project.projectId },
    body: { count: 1 + random.integer(plan.maxLeases) },
  };
  const call = (callOptions: CallOptions) => client.createLeases(args, callOptions);
  const answer = await refusable(mayLose(plan, random, call));
  if (answer.kind !== 'done') return [];
  const { items, ranking } = answer.value;
  if (ranking) onLease(ranking.numLabelsBehind);
  const from = Date.now();
  const held = items.map((lease) => ({
    lease,
    hold: { itemId: lease.item.id, from, until: Date.parse(lease.expiresAt) },
  }));
  log.holds.push(...held.map(({ hold }) => hold));
  return held;
}

async function prolong({ client }: AnnotatorOptions, { leaseId }: Lease, hold: Hold): Promise<void> {
  const answer = await refusable(client.heartbeatLease({ params: { leaseId } }));
  if (answer.kind === 'done') hold.until = Date.parse(answer.value.expiresAt);
}

async function answerItem(
  { client, project, plan, random }: AnnotatorOptions,
  lease: Lease,
  hold: Hold,
): Promise<LoggedAnswer> {
  const { leaseId, item } = lease;
  const skipReason = isBy(random, plan.shares.skip) ? skipReasons[random.integer(skipReasons.length)]! : null;
  const classKey =
    skipReason !== null
      ? null
      : isBy(random, plan.shares.err)
        ? project.classKeys[random.integer(project.classKeys.length)]!
        : project.truth.get(item.id)!;
  const body = classKey === null ? { leaseId, skip: { reason: skipReason! } } : { leaseId, classKey };
  hold.until = Math.min(hold.until, Date.now());
  const call = (callOptions: CallOptions) =>
    client.createAnnotation({ params: { itemId: item.id }, body }, callOptions);
  const answer = await refusable(mayLose(plan, random, call));
  const outcome: Outcome =
    answer.kind === 'done' ? { kind: 'kept', annotationId: answer.value.id, undo: 'none' } : answer;
  return { itemId: item.id, leaseId, classKey, skipReason, outcome };
}

async function undo(client: Client, outcome: Extract<Outcome, { kind: 'kept' }>): Promise<void> {
  const { annotationId } = outcome;
  const answer = await refusable(client.deleteAnnotation({ params: { annotationId } }));
  outcome.undo = answer.kind === 'done' ? 'done' : 'unsure';
}

function mayLose<T>(plan: Plan, random: Random, call: (options: CallOptions) => Promise<T>): Promise<T> {
  if (isBy(random, plan.shares.lose)) return loseAnswer(random, call);
  return call({ idempotencyKey: keyOf(random) });
}

type Answered<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unsure' };

/** The answer, the code of a refusal, or unsure where the server failed or could not be reached. */
async function refusable<T>(call: Promise<T>): Promise<Answered<T>> {
  try {
    return { kind: 'done', value: await call };
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) return { kind: 'refused', code: error.code };
    return { kind: 'unsure' };
  }
}

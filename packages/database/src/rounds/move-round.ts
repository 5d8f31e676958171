import type { RoundStatus } from '@tangent/contracts';
import { canMove, isActive } from '@tangent/labeling';
import type { Database, Tx } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import type { Prisma } from '../generated/client.js';
import { announceRound } from './announce-round.js';
import { noRound } from './get-round.js';

/** The round is not where the job thought: another attempt, or somebody, was there first. Nothing was changed. */
export interface Stale {
  readonly kind: 'stale';
  readonly status: RoundStatus;
  readonly attempt: number;
}

/** Every move names the attempt that it belongs to; a job of an older attempt, or one that comes twice, changes nothing. */
export type Move = { readonly kind: 'moved' } | Stale;

/** What a phase reports at its end. */
export interface Measures {
  /** Milliseconds of parts, such as `training.fit`, added to what is there. The phases themselves are timed already. */
  readonly timings?: Readonly<Record<string, number>> | undefined;
  /** Merged into what is there. */
  readonly metrics?: Readonly<Record<string, unknown>> | undefined;
}

export interface LockedRound {
  readonly id: string;
  readonly project_id: string;
  readonly number: number;
  readonly status: RoundStatus;
  readonly attempt: number;
  readonly label_seq: number;
  readonly snapshot_key: string | null;
  readonly num_shards: number;
  readonly failed_in: RoundStatus | null;
  readonly phase_started_at: Date;
  readonly timings: Record<string, number>;
  readonly metrics: Record<string, unknown>;
}

/** Holds the round's row until the transaction ends. Throws not-found. */
export async function lockRound(tx: Tx, roundId: string): Promise<LockedRound> {
  const [round] = await tx.query<LockedRound>(
    `SELECT id, project_id, number, status, attempt, label_seq, snapshot_key, num_shards, failed_in, phase_started_at,
       timings, metrics
     FROM rounds WHERE id = $1 FOR NO KEY UPDATE`,
    [roundId],
  );
  if (!round) throw noRound(roundId);
  return round;
}

/** Holds the row of the round's project: before the round's own, where both are needed. Throws not-found. */
export async function lockProjectOf(tx: Tx, roundId: string): Promise<{ projectId: string }> {
  const [project] = await tx.query<{ id: string }>(
    'SELECT id FROM projects WHERE id = (SELECT project_id FROM rounds WHERE id = $1) FOR NO KEY UPDATE',
    [roundId],
  );
  if (!project) throw noRound(roundId);
  return { projectId: project.id };
}

export interface MoveInput extends Measures {
  readonly roundId: string;
  readonly attempt: number;
  /** Null: from whatever phase it is in. */
  readonly from: RoundStatus | null;
  readonly to: RoundStatus;
  readonly now: Date;
  readonly data?: Omit<Prisma.RoundUncheckedUpdateInput, 'id' | 'status' | 'attempt' | 'timings' | 'metrics'>;
}

/** Moves a round on, times the phase that it leaves, and tells the watchers. The round as it was before. */
export async function moveRound(
  tx: Tx,
  input: MoveInput,
): Promise<{ readonly kind: 'moved'; readonly before: LockedRound } | Stale> {
  const { roundId, attempt, from, to, now } = input;
  const before = await lockRound(tx, roundId);
  const isExpected = before.attempt === attempt && (from === null || before.status === from);
  if (!isExpected || !canMove(before.status, to))
    return { kind: 'stale', status: before.status, attempt: before.attempt };
  await tx.prisma.round.update({
    where: { id: roundId },
    data: {
      ...input.data,
      status: to,
      phaseStartedAt: now,
      ...(!isActive(to) && { finishedAt: now }),
      timings: addTimings(before, now, input.timings),
      metrics: { ...before.metrics, ...input.metrics } as Prisma.InputJsonObject,
    },
  });
  await announceRound(tx, roundId);
  return { kind: 'moved', before };
}

function addTimings(
  before: LockedRound,
  now: Date,
  parts: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const phaseMs = Math.max(0, now.getTime() - before.phase_started_at.getTime());
  const sum = { ...before.timings };
  for (const [name, ms] of [[before.status, phaseMs] as const, ...Object.entries(parts)])
    sum[name] = (sum[name] ?? 0) + ms;
  return sum;
}

/**
 * planned → training and scoring → selecting, by the job that does the phase. `moved` also when this attempt is in
 * the phase already: the job came a second time, and its work is to be done (again).
 */
export async function beginPhase(
  db: Database,
  input: { roundId: string; attempt: number; phase: 'training' | 'selecting'; now?: Date },
): Promise<Move> {
  const { roundId, attempt, phase, now = db.now() } = input;
  const from = phase === 'training' ? 'planned' : 'scoring';
  return inTransaction(db, async (tx) => {
    const moved = await moveRound(tx, { roundId, attempt, from, to: phase, now });
    const isThere = moved.kind === 'moved' || (moved.status === phase && moved.attempt === attempt);
    return isThere ? { kind: 'moved' } : (moved as Stale);
  });
}

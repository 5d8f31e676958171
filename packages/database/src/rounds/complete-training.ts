import type { Database, Tx } from '../core/database.js';
import { newId } from '../core/ids.js';
import { inTransaction } from '../core/transaction.js';
import type { Prisma } from '../generated/client.js';
import { writeOutbox } from '../outbox/outbox.js';
import { lockProjectOf, type Measures, moveRound, type Stale } from './move-round.js';
import { shardsWithout } from './shards.js';

export interface CurveInput {
  readonly arm: 'strategy' | 'control';
  readonly numLabels: number;
  readonly numCorrect: number;
  readonly numHoldout: number;
}

export interface TrainingResult extends Measures {
  readonly roundId: string;
  readonly attempt: number;
  readonly checkpointKey: string;
  readonly config: unknown;
  readonly featuriser: unknown;
  readonly numLabels: number;
  readonly modelMetrics?: Readonly<Record<string, unknown>>;
  readonly curve: readonly CurveInput[];
  readonly now?: Date;
}

/** training → featurizing, with model version, curve points, and the message for the shards that have no features. */
export async function completeTraining(
  db: Database,
  input: TrainingResult,
): Promise<{ readonly kind: 'moved'; readonly modelVersionId: string } | Stale> {
  const { roundId, attempt, timings, metrics, now = db.now() } = input;
  return inTransaction(db, async (tx) => {
    const { projectId } = await lockProjectOf(tx, roundId);
    const moved = await moveRound(tx, {
      roundId,
      attempt,
      from: 'training',
      to: 'featurizing',
      timings,
      metrics,
      now,
    });
    if (moved.kind === 'stale') return moved;
    const modelVersionId = await insertModel(tx, projectId, input);
    await tx.prisma.round.update({ where: { id: roundId }, data: { modelVersionId } });
    await tx.prisma.curvePoint.createMany({
      data: input.curve.map((point) => ({ roundId, projectId, ...point })),
    });
    await writeOutbox(tx, {
      kind: 'featurize',
      roundId,
      attempt,
      shards: await shardsWithout(tx, roundId, 'features'),
    });
    return { kind: 'moved', modelVersionId };
  });
}

async function insertModel(tx: Tx, projectId: string, input: TrainingResult): Promise<string> {
  const { nextModel } = await tx.prisma.project.update({
    where: { id: projectId },
    data: { nextModel: { increment: 1 } },
    select: { nextModel: true },
  });
  const { id } = await tx.prisma.modelVersion.create({
    data: {
      id: newId('modelVersion'),
      projectId,
      number: nextModel - 1,
      checkpointKey: input.checkpointKey,
      config: input.config as Prisma.InputJsonValue,
      featuriser: input.featuriser as Prisma.InputJsonValue,
      numLabels: input.numLabels,
      metrics: (input.modelMetrics ?? {}) as Prisma.InputJsonObject,
    },
    select: { id: true },
  });
  return id;
}

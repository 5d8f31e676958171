import type { Queryable } from '../core/database.js';

export interface CurvePointRecord {
  readonly roundId: string;
  readonly roundNumber: number;
  readonly arm: 'strategy' | 'control';
  readonly numLabels: number;
  readonly numCorrect: number;
  readonly numHoldout: number;
}

/** In the order of the rounds; of each, once it has trained. */
export async function listCurvePoints(db: Queryable, projectId: string): Promise<CurvePointRecord[]> {
  const rows = await db.prisma.curvePoint.findMany({
    where: { projectId },
    include: { round: { select: { number: true } } },
    orderBy: [{ round: { number: 'asc' } }, { arm: 'desc' }],
  });
  return rows.map(({ round, roundId, arm, numLabels, numCorrect, numHoldout }) => ({
    roundId,
    roundNumber: round.number,
    arm: arm as CurvePointRecord['arm'],
    numLabels,
    numCorrect,
    numHoldout,
  }));
}

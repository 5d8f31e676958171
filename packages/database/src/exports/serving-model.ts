import { type ProjectClass, type ProjectType, type RoundConfig, roundConfig } from '@tangent/contracts';
import type { Queryable } from '../core/database.js';

/** The model version of the last round that is done: what predictions and the queue come from. */
export interface ServingModel {
  readonly number: number;
  readonly checkpointKey: string;
  /** How items become inputs, as the worker wrote it. */
  readonly featuriser: Readonly<Record<string, unknown>>;
  readonly numLabels: number;
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly round: {
    readonly id: string;
    readonly number: number;
    readonly seed: number;
    readonly config: RoundConfig;
  };
  readonly project: {
    readonly id: string;
    readonly name: string;
    readonly type: ProjectType;
    /** In the order of the outputs. */
    readonly classes: readonly ProjectClass[];
  };
}

/** Null: no round of the project is done yet, or the last that is was a cold start and trained none. */
export async function getServingModel(db: Queryable, projectId: string): Promise<ServingModel | null> {
  const round = await db.prisma.round.findFirst({
    where: { projectId, status: 'done' },
    orderBy: { number: 'desc' },
    include: { modelVersion: true, project: { include: { classes: { orderBy: { position: 'asc' } } } } },
  });
  if (!round?.modelVersion) return null;
  const { modelVersion: model, project } = round;
  return {
    number: model.number,
    checkpointKey: model.checkpointKey,
    featuriser: model.featuriser as Record<string, unknown>,
    numLabels: model.numLabels,
    metrics: model.metrics as Record<string, unknown>,
    createdAt: model.createdAt.toISOString(),
    round: { id: round.id, number: round.number, seed: round.seed, config: roundConfig.parse(round.config) },
    project: {
      id: project.id,
      name: project.name,
      type: project.type,
      classes: project.classes.map(({ key, name, hotkey }) => ({ key, name, hotkey })),
    },
  };
}

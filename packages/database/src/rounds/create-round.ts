import {
  activeRoundStatuses,
  type ProjectSettings,
  projectSettings,
  type Round,
  type RoundRequest,
} from '@tangent/contracts';
import type { Queryable, Tx } from '../core/database.js';
import { newId } from '../core/ids.js';
import { writeOutbox } from '../outbox/outbox.js';
import { announceRound } from './announce-round.js';
import { type ConfigOptions, drawSeed, resolveRoundConfig } from './round-config.js';

/** What decides whether a round may start, or is due. */
export interface RoundFacts {
  readonly settings: ProjectSettings;
  readonly isDeleted: boolean;
  readonly labelSeq: number;
  /** Of the last change of a label or a skip; null: there was none. */
  readonly lastLabelAt: Date | null;
  /** The newest round, whatever became of it. */
  readonly last: { readonly labelSeq: number; readonly createdAt: Date } | null;
  readonly active: { readonly id: string; readonly number: number } | null;
  /** 2 stands for more, too. */
  readonly numClassesLabeled: number;
  /** 1 stands for more, too. */
  readonly numUnlabeled: number;
}

interface FactsRow {
  settings: unknown;
  is_deleted: boolean;
  label_seq: number;
  last_label_at: Date | null;
  last: { labelSeq: number; createdMs: number } | null;
  active: RoundFacts['active'];
  num_classes: number;
  num_unlabeled: number;
}

/** Reads no more rows than it must: it runs with every label. */
export async function roundFacts(db: Queryable, projectId: string): Promise<RoundFacts> {
  const [row] = await db.query<FactsRow>(
    `SELECT p.settings, p.deleted_at IS NOT NULL AS is_deleted, p.label_seq,
       (SELECT created_at FROM label_events WHERE project_id = p.id AND seq = p.label_seq) AS last_label_at,
       (SELECT json_build_object('labelSeq', label_seq, 'createdMs', 1000 * extract(epoch FROM created_at)) FROM rounds
        WHERE project_id = p.id ORDER BY number DESC LIMIT 1) AS last,
       (SELECT json_build_object('id', id, 'number', number) FROM rounds
        WHERE project_id = p.id AND status = ANY($2::round_status[])) AS active,
       (SELECT count(*)::int FROM (
          SELECT 1 FROM project_classes c WHERE c.project_id = p.id AND EXISTS (
            SELECT 1 FROM labels l WHERE l.project_id = p.id AND l.class_key = c.key AND l.label_seq > 0)
          LIMIT 2) labeled) AS num_classes,
       (SELECT count(*)::int FROM (
          SELECT 1 FROM items i WHERE i.project_id = p.id AND NOT i.is_holdout AND i.status = 'unlabeled'
          LIMIT 1) unlabeled) AS num_unlabeled
     FROM projects p WHERE p.id = $1`,
    [projectId, activeRoundStatuses],
  );
  return {
    settings: projectSettings.parse(row!.settings),
    isDeleted: row!.is_deleted,
    labelSeq: row!.label_seq,
    lastLabelAt: row!.last_label_at,
    last: row!.last && { labelSeq: row!.last.labelSeq, createdAt: new Date(row!.last.createdMs) },
    active: row!.active,
    numClassesLabeled: row!.num_classes,
    numUnlabeled: row!.num_unlabeled,
  };
}

export interface CreateRoundInput extends ConfigOptions {
  readonly projectId: string;
  readonly request: RoundRequest;
  readonly trigger: Round['trigger'];
  readonly createdById: string | null;
  readonly seed?: number | undefined;
  readonly now: Date;
}

/** Round and message to the queue. The caller holds the project's row and has looked at the facts. */
export async function createRound(tx: Tx, facts: RoundFacts, input: CreateRoundInput): Promise<string> {
  const { projectId, request, now } = input;
  const resolved = resolveRoundConfig(facts.settings, request, input);
  // Noted at the start, and not looked up by every attempt: a round before may be retried between two of them.
  const warmStartFrom = resolved.model.warmStart ? await newestModel(tx, projectId) : null;
  const config = { ...resolved, warmStartFrom };
  const { nextRound } = await tx.prisma.project.update({
    where: { id: projectId },
    data: { nextRound: { increment: 1 } },
    select: { nextRound: true },
  });
  const round = await tx.prisma.round.create({
    data: {
      id: newId('round'),
      projectId,
      number: nextRound - 1,
      trigger: input.trigger,
      strategy: config.strategy,
      seed: input.seed ?? request.seed ?? drawSeed(),
      batchSize: config.batchSize,
      config,
      labelSeq: facts.labelSeq,
      createdById: input.createdById,
      createdAt: now,
      phaseStartedAt: now,
    },
    select: { id: true, attempt: true },
  });
  await writeOutbox(tx, { kind: 'train', roundId: round.id, attempt: round.attempt });
  await announceRound(tx, round.id);
  return round.id;
}

/** Number of the model of the last round that is done and has one. Null: none. */
async function newestModel(tx: Tx, projectId: string): Promise<number | null> {
  const row = await tx.prisma.round.findFirst({
    where: { projectId, status: 'done', modelVersionId: { not: null } },
    orderBy: { number: 'desc' },
    select: { modelVersion: { select: { number: true } } },
  });
  return row?.modelVersion?.number ?? null;
}

import type { emptyReasons, LeaseArm, RankingInfo, Role } from '@tangent/contracts';
import type { Database, Queryable } from '../core/database.js';
import { isUniqueViolation } from '../core/errors.js';
import { inPipeline } from '../core/pipelined.js';
import { loadContents } from '../items/get-item.js';
import type { ItemContentRecord } from '../items/item-records.js';
import { noProject } from '../projects/projects.js';
import { type RankingInfoRow, toRankingInfo } from '../rankings/ranking-info.js';
import type { ClaimedLease } from './claim.js';
import { releaseLeases } from './keep-lease.js';
import { openPlaces } from './open-places.js';
import { pick } from './pick.js';
import { countWithinShare } from './share.js';

export interface LeaseRecord {
  readonly leaseId: string;
  readonly fence: number;
  readonly expiresAt: string;
  readonly item: ItemContentRecord;
  readonly rank: number | null;
  /** Score and reason are null also for annotators of a blind project. */
  readonly score: number | null;
  readonly reason: string | null;
  /** `unranked` of a gold item too. */
  readonly arm: LeaseArm;
}

export type LeaseResult =
  | { readonly kind: 'leased'; readonly leases: LeaseRecord[]; readonly ranking: RankingInfo | null }
  | {
      readonly kind: 'empty';
      readonly reason: (typeof emptyReasons)[number];
      readonly ranking: RankingInfo | null;
    };

export interface LeaseNextInput {
  readonly projectId: string;
  readonly annotatorId: string;
  readonly count: number;
  /** Of the caller in the project: only annotators are blind in a blind one. Default annotator. */
  readonly role?: Role;
  /** Leases of this annotator to end first; their items may be leased anew. */
  readonly giveBack?: readonly string[];
  /** Take no more than leaves some for others who come; see `fairShare` of the rules. Default: as many as there are. */
  readonly fairShare?: boolean;
  readonly now?: Date;
}

/**
 * Leases the next `count` items: by the live ranking, or at random for draws of the control arm, then what no
 * ranking knows in the order of import; then, by the project's `requeue`, what this annotator has skipped. Draws of gold
 * items come among them, as long as there are others. Each call gives new items, never one that this annotator holds or
 * has answered otherwise. Requests that cross never share a slot, and together they take the head of the ranking. Throws
 * not-found, and for what is given back lease-not-yours.
 */
export async function leaseNext(db: Database, input: LeaseNextInput): Promise<LeaseResult> {
  const { projectId, annotatorId, role = 'annotator', giveBack = [], now = db.now() } = input;
  const [setup, count] = await Promise.all([
    loadSetup(db, projectId),
    input.fairShare ? countWithinShare(db, { ...input, giveBack, now }) : input.count,
  ]);
  const ranking = setup.round_id === null ? null : toRankingInfo(setup as RankingInfoRow);
  const search = { projectId, annotatorId, overlap: setup.overlap, now };
  const isBlind = setup.is_blind && role === 'annotator';
  // Outside of the transaction: its row lock would make all annotators of the project wait for each other.
  const hasDraws = setup.control_arm > 0 || setup.gold_share > 0;
  const firstDraw = hasDraws ? await takeDraws(db, projectId, count) : 0;
  const open = ranking
    ? await openPlaces(db, projectId, {
        roundId: ranking.roundId,
        labelSeq: setup.ranking_seq!,
        numRanked: setup.num_ranked,
        numBehind: ranking.numLabelsBehind,
      })
    : null;
  const pickAndLoad = () =>
    inPipeline(db, async (tx) => {
      if (giveBack.length > 0) await releaseLeases(tx, { leaseIds: giveBack, annotatorId, now });
      const claimed = await pick(tx, {
        search,
        count,
        leaseMs: setup.lease_ms,
        controlArm: setup.control_arm,
        goldShare: setup.gold_share,
        firstDraw,
        numOrdinals: setup.next_ordinal,
        numRanked: setup.num_ranked,
        open,
        asksSkippedAgain: setup.asks_skipped_again,
      });
      const [contents, fences] = await Promise.all([
        loadContents(
          { now: tx.now, query: (sql, values) => tx.last(sql, values) },
          claimed.map(({ candidate }) => candidate.itemId),
        ),
        Promise.all(claimed.map((lease) => lease.fence())),
      ]);
      return claimed.map((lease, i) => toRecord(lease, { fence: fences[i]!, item: contents[i]!, isBlind }));
    });
  const leases = await pickAndLoad().catch((error) => {
    // A lease that was expiring was prolonged while its slot was given anew; the index refused, so look again.
    if (isUniqueViolation(error, 'leases_one_live')) return pickAndLoad();
    throw error;
  });
  if (leases.length > 0) return { kind: 'leased', leases, ranking };
  return { kind: 'empty', reason: await whyEmpty(db, projectId), ranking };
}

type Setup = (RankingInfoRow | { [K in keyof RankingInfoRow]: null }) & {
  overlap: number;
  lease_ms: number;
  control_arm: number;
  gold_share: number;
  is_blind: boolean;
  asks_skipped_again: boolean;
  next_ordinal: number;
  num_ranked: number;
  /** Label event up to which the live ranking knows all. */
  ranking_seq: number | null;
};

async function loadSetup(db: Queryable, projectId: string): Promise<Setup> {
  const [row] = await db.query<Setup>(
    `SELECT (p.settings ->> 'overlap')::int AS overlap, (p.settings ->> 'leaseMs')::int AS lease_ms,
       coalesce((p.settings ->> 'controlArm')::float8, 0) AS control_arm,
       coalesce((p.settings ->> 'goldShare')::float8, 0) AS gold_share,
       coalesce((p.settings ->> 'blind')::boolean, false) AS is_blind,
       coalesce(p.settings #>> '{requeue,skipped}' = 'last', false) AS asks_skipped_again, p.next_ordinal,
       octet_length(k.scores) / 4 AS num_ranked, k.round_id, r.strategy, v.number AS model_version,
       k.num_live_updates, k.computed_at, k.label_seq AS ranking_seq,
       p.label_seq - k.label_seq AS num_labels_behind
     FROM projects p
     LEFT JOIN rankings k ON k.project_id = p.id AND k.kind = 'live'
     LEFT JOIN rounds r ON r.id = k.round_id
     LEFT JOIN model_versions v ON v.id = r.model_version_id
     WHERE p.id = $1 AND p.deleted_at IS NULL`,
    [projectId],
  );
  if (!row) throw noProject(projectId);
  return { ...row, num_ranked: row.num_ranked ?? 0 };
}

async function takeDraws(db: Queryable, projectId: string, count: number): Promise<number> {
  const [row] = await db.query<{ first: number }>(
    'UPDATE projects SET next_draw = next_draw + $2 WHERE id = $1 RETURNING next_draw - $2 AS first',
    [projectId, count],
  );
  return row!.first;
}

async function whyEmpty(db: Queryable, projectId: string): Promise<(typeof emptyReasons)[number]> {
  const [row] = await db.query<{ has_items: boolean; has_unlabeled: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM items WHERE project_id = $1 AND NOT is_holdout) AS has_items,
       EXISTS (SELECT 1 FROM items WHERE project_id = $1 AND NOT is_holdout AND status = 'unlabeled') AS has_unlabeled`,
    [projectId],
  );
  if (!row!.has_items) return 'no-items';
  return row!.has_unlabeled ? 'all-leased' : 'all-labeled';
}

function toRecord(
  lease: ClaimedLease,
  { fence, item, isBlind }: { fence: number; item: ItemContentRecord; isBlind: boolean },
): LeaseRecord {
  const { rank, score, reason, arm } = lease.candidate;
  return {
    leaseId: lease.leaseId,
    fence,
    expiresAt: lease.expiresAt.toISOString(),
    item,
    rank,
    score: isBlind ? null : score,
    reason: isBlind ? null : reason,
    // Who knows that an item is gold answers it with more care than the others.
    arm: arm === 'gold' ? 'unranked' : arm,
  };
}

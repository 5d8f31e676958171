import { bytesOf } from '../core/bytes.js';
import type { Tx } from '../core/database.js';
import { newId } from '../core/ids.js';

/** An order of items, best first. */
export interface RankingInput {
  readonly itemIds: readonly string[];
  /** One an item. */
  readonly scores: Float32Array;
  /** Of the first items, in their order; the rest have none. */
  readonly reasons: readonly string[];
  /** How many at the head are the greedy batch. */
  readonly numSelected: number;
}

export interface RankingOf {
  readonly projectId: string;
  readonly roundId: string;
  readonly roundNumber: number;
  /** The last label event that the order knows. */
  readonly labelSeq: number;
  readonly ranking: RankingInput;
  readonly now: Date;
}

/**
 * Makes this the order that the queue is served from, unless the one that is there is newer: of a later round, or of
 * the same round with more label events. `stale`: it was, and stays.
 */
export async function replaceLiveRanking(
  tx: Tx,
  input: RankingOf & { readonly numLiveUpdates: number },
): Promise<{ readonly kind: 'written' | 'stale' }> {
  const rows = await tx.query(
    `INSERT INTO rankings AS live (${columns}) ${valuesSql('live')}
     ON CONFLICT (project_id) WHERE kind = 'live' DO UPDATE SET
       round_id = EXCLUDED.round_id, round_number = EXCLUDED.round_number, item_ids = EXCLUDED.item_ids,
       scores = EXCLUDED.scores, reasons = EXCLUDED.reasons, num_selected = EXCLUDED.num_selected,
       num_live_updates = EXCLUDED.num_live_updates, label_seq = EXCLUDED.label_seq, computed_at = EXCLUDED.computed_at
     WHERE (live.round_number, live.label_seq) <= (EXCLUDED.round_number, EXCLUDED.label_seq)
     RETURNING 1`,
    parameters(input, input.numLiveUpdates),
  );
  return { kind: rows.length > 0 ? 'written' : 'stale' };
}

/** What a round ended with; never changed again. */
export async function insertRoundRanking(tx: Tx, input: RankingOf): Promise<void> {
  await tx.query(`INSERT INTO rankings (${columns}) ${valuesSql('round')}`, parameters(input, 0));
}

const columns = `id, project_id, round_id, round_number, kind, item_ids, scores, reasons, num_selected,
  num_live_updates, label_seq, computed_at`;
// Ids travel as one text: far cheaper to write and to parse than an array literal of quoted ids.
const valuesSql = (kind: 'live' | 'round') =>
  `VALUES ($1, $2, $3, $4, '${kind}', string_to_array($5, ','), $6, $7, $8, $9, $10, $11)`;

function parameters(input: RankingOf, numLiveUpdates: number): unknown[] {
  const { projectId, roundId, roundNumber, labelSeq, ranking, now } = input;
  return [
    newId('ranking'),
    projectId,
    roundId,
    roundNumber,
    ranking.itemIds.join(','),
    bytesOf(ranking.scores),
    JSON.stringify(ranking.reasons),
    ranking.numSelected,
    numLiveUpdates,
    labelSeq,
    now,
  ];
}

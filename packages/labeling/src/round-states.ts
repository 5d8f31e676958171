import { activeRoundStatuses, type RoundStatus } from '@tangent/contracts';

export type ActiveRoundStatus = (typeof activeRoundStatuses)[number];

export function isActive(status: RoundStatus): status is ActiveRoundStatus {
  return (activeRoundStatuses as readonly RoundStatus[]).includes(status);
}

/** The phase after this one; done after the last. */
export function nextStatus(status: ActiveRoundStatus): RoundStatus {
  return activeRoundStatuses[activeRoundStatuses.indexOf(status) + 1] ?? 'done';
}

/**
 * Whether a round may go from one status to another within one attempt: one phase forward, or out of any phase
 * into failed or cancelled. Nothing leads out of done and cancelled; out of failed leads only a retry.
 * The database's trigger on `rounds` says the same.
 */
export function canMove(from: RoundStatus, to: RoundStatus): boolean {
  if (!isActive(from)) return false;
  return to === nextStatus(from) || to === 'failed' || to === 'cancelled';
}

/**
 * Where a retry takes up the work of the phase that failed: training from its start, shards from those that are
 * missing, the selection from the (complete) scores.
 */
export function resumeStatus(failedIn: RoundStatus): 'planned' | 'featurizing' | 'scoring' {
  if (failedIn === 'featurizing') return 'featurizing';
  if (failedIn === 'scoring' || failedIn === 'selecting') return 'scoring';
  return 'planned';
}

/** Steps done of all, for a progress bar: training, each shard's features and scores, and the selection. */
export function roundProgress(state: {
  readonly status: RoundStatus;
  readonly failedIn: RoundStatus | null;
  readonly numShards: number;
  readonly numFeatured: number;
  readonly numScored: number;
}): { done: number; total: number; phase: RoundStatus } {
  // Before the snapshot the number of shards is not known; one stands for them, so that the bar does not start full.
  const total = 2 * Math.max(1, state.numShards) + 2;
  if (state.status === 'done') return { done: total, total, phase: 'done' };
  const phase = state.status === 'failed' ? (state.failedIn ?? 'failed') : state.status;
  const isTrained = ['featurizing', 'scoring', 'selecting'].includes(phase) || state.numFeatured > 0;
  return { done: (isTrained ? 1 : 0) + state.numFeatured + state.numScored, total, phase: state.status };
}

/** The truth in Postgres. One file a use case; what is exported here is all that others may rely on. */
export type { AnnotationListEntry, ListAnnotationsInput } from './annotations/list-annotations.js';
export { listAnnotations } from './annotations/list-annotations.js';
export { readAgreement } from './annotations/read-agreement.js';
export { reviewLabel } from './annotations/review-label.js';
export type { Answer, SubmitInput, SubmittedAnnotation } from './annotations/submit-annotation.js';
export { submitAnnotation } from './annotations/submit-annotation.js';
export type { UndoInput } from './annotations/undo-annotation.js';
export { undoAnnotation } from './annotations/undo-annotation.js';
export { announce } from './core/announce.js';
export type { Database, DatabaseOptions, Queryable, Sql, Tx } from './core/database.js';
export { openDatabase, ping } from './core/database.js';
export { asTangentError } from './core/errors.js';
export { newId } from './core/ids.js';
export type { Listener, ListenOptions } from './core/listen.js';
export { listen, notify } from './core/listen.js';
export { oneAhead } from './core/one-ahead.js';
export { oneAtATime } from './core/one-at-a-time.js';
export type { Page, PageRequest } from './core/page.js';
export type { TransactionOptions } from './core/transaction.js';
export { inTransaction } from './core/transaction.js';
export type { BatchLimits, ExportedAnnotation, ExportRow, ExportSelection } from './exports/export-rows.js';
export type { ExportedProject, ProjectExport } from './exports/open-export.js';
export { openExport } from './exports/open-export.js';
export { openRoundReport, type RoundReport } from './exports/open-round-report.js';
export type { ServingModel } from './exports/serving-model.js';
export { getServingModel } from './exports/serving-model.js';
export type { IdempotencyHolder, IdempotencyStart, KeptResponse } from './idempotency/idempotency.js';
export {
  abandonIdempotent,
  beginIdempotent,
  completeIdempotent,
  completeUnhurried,
  hashRequest,
  removeOldKeys,
} from './idempotency/idempotency.js';
export { cancelOperation } from './imports/cancel-operation.js';
export type { BatchResult, ImportBatch } from './imports/commit-import-batch.js';
export { commitImportBatch } from './imports/commit-import-batch.js';
export type { ImportOrigin, ImportRecord, NewImport, ServerPath } from './imports/create-import.js';
export { createImport, getImport } from './imports/create-import.js';
export type { FinishResult } from './imports/finish-import.js';
export { failOperation, finishImport } from './imports/finish-import.js';
export { getOperation } from './imports/operations.js';
export type { Duplicate } from './items/find-duplicates.js';
export { findDuplicates } from './items/find-duplicates.js';
export { getItem, getItemMedia, loadContents } from './items/get-item.js';
export type { InsertedItems, NewItem } from './items/insert-items.js';
export { insertItems } from './items/insert-items.js';
export { isSecretGold } from './items/is-secret-gold.js';
export type { ItemContentRecord, ItemRecord, MediaRecord } from './items/item-records.js';
export type { ListItemsInput, RankedItemRecord } from './items/list-items.js';
export { listItems } from './items/list-items.js';
export type { Place } from './items/places.js';
export { placesInRanking } from './items/places.js';
export { refreshStatistics } from './items/refresh-statistics.js';
export { getVectorLength } from './items/vector-length.js';
export type { ExternalAnnotation } from './label-studio/external-annotations.js';
export { applyExternalAnnotation, removeExternalAnnotation } from './label-studio/external-annotations.js';
export type { TaskNames } from './label-studio/find-task-items.js';
export { findTaskItems } from './label-studio/find-task-items.js';
export { heartbeatLease, liveLeases, reclaimExpiredLeases, releaseLease } from './leases/keep-lease.js';
export type { LeaseNextInput, LeaseRecord, LeaseResult } from './leases/lease-next.js';
export { leaseNext } from './leases/lease-next.js';
export type { AskInput } from './live/ask-live.js';
export {
  answerLive,
  askLive,
  isOpenQuestion,
  longestWaitMs,
  openQuestions,
  removeOldQuestions,
} from './live/ask-live.js';
export { askMap, mapTag } from './live/ask-map.js';
export { askReport } from './live/ask-report.js';
export type { SuspectsPage } from './live/ask-suspects.js';
export { askSuspects } from './live/ask-suspects.js';
export type { ProjectHold } from './live/hold-project.js';
export { tryHoldProject } from './live/hold-project.js';
export type { LabelEventRecord, LiveProject } from './live/label-events.js';
export { labelEventsSince, listLiveProjects } from './live/label-events.js';
export type { LiveReplies } from './live/replies.js';
export { openLiveReplies } from './live/replies.js';
export type { InstallationMetrics, MetricsOptions } from './metrics/read-metrics.js';
export { readMetrics } from './metrics/read-metrics.js';
export type { DatabaseSizes } from './metrics/read-storage.js';
export { readStorage } from './metrics/read-storage.js';
export type { NetworkContent, NetworkSummary, NewNetwork } from './networks/networks.js';
export { createNetwork, getNetworkContent, listNetworks } from './networks/networks.js';
export type { RelayResult } from './outbox/outbox.js';
export { countOutbox, relayOutbox, removePublished, writeOutbox } from './outbox/outbox.js';
export { changeQueue, isResumePromised, promiseResume, withdrawResume } from './outbox/paused-queues.js';
export { messagesUnderWay } from './outbox/under-way.js';
export type { ApiTokenRecord, NewApiToken } from './people/api-tokens.js';
export { createApiToken, findApiToken, listApiTokens, revokeApiToken } from './people/api-tokens.js';
export type { AuditFilter, AuditInput, AuditRecord } from './people/audit.js';
export { audit, eachAudit, listAudit } from './people/audit.js';
export type { PasswordChange } from './people/change-password.js';
export { changePassword } from './people/change-password.js';
export { countRecentFailures, recordLoginAttempt } from './people/login-attempts.js';
export type { NewSession, SessionListEntry, SessionRecord } from './people/sessions.js';
export {
  createSession,
  endSession,
  findSession,
  hashToken,
  listSessions,
  revokeSession,
} from './people/sessions.js';
export type { UserChange } from './people/update-user.js';
export { updateUser } from './people/update-user.js';
export type { Actor, FirstAdmin, NewUser } from './people/users.js';
export { createFirstAdmin, createUser, findLogin, getUser, listUsers } from './people/users.js';
export type { ItemPrediction, ItemPredictions } from './predictions/predict-items.js';
export { predictItems } from './predictions/predict-items.js';
export { readConfusion } from './predictions/read-confusion.js';
export type { PredictionPage, PredictionRecord } from './predictions/read-predictions.js';
export { getItemPrediction, getPredictions } from './predictions/read-predictions.js';
export type { PredictionInput } from './predictions/write-predictions.js';
export type { Access } from './projects/access.js';
export {
  roleForAnnotation,
  roleForDelivery,
  roleForItem,
  roleForLease,
  roleForOperation,
  roleForProject,
  roleForRound,
  roleForWebhook,
} from './projects/access.js';
export type { ProjectChange } from './projects/change-project.js';
export { deleteProject, putMember, updateProject } from './projects/change-project.js';
export type { NewProject } from './projects/create-project.js';
export { createProject } from './projects/create-project.js';
export { listMembers, removeMember } from './projects/members.js';
export type { ProjectRecord, ProjectSetup, Viewer } from './projects/projects.js';
export { getProject, getProjectSetup, listProjects } from './projects/projects.js';
export { getRankingInfo } from './rankings/ranking-info.js';
export type { LiveRankingRecord, RankedItemRow } from './rankings/read-rankings.js';
export { getLiveRanking, getRoundRanking, getRoundScores } from './rankings/read-rankings.js';
export type { LiveUpdateInput } from './rankings/write-live-update.js';
export { writeLiveUpdate } from './rankings/write-live-update.js';
export type { RankingInput } from './rankings/write-ranking.js';
export { cancelRound } from './rounds/cancel-round.js';
export type { ColdStartResult } from './rounds/complete-cold-start.js';
export { completeColdStart } from './rounds/complete-cold-start.js';
export type { FeaturizingResult } from './rounds/complete-featurizing.js';
export { completeFeaturizing } from './rounds/complete-featurizing.js';
export type { SelectionResult } from './rounds/complete-selection.js';
export { completeSelection } from './rounds/complete-selection.js';
export type { CurveInput, TrainingResult } from './rounds/complete-training.js';
export { completeTraining } from './rounds/complete-training.js';
export type { CurvePointRecord } from './rounds/curve-points.js';
export { listCurvePoints } from './rounds/curve-points.js';
export { estimateRound } from './rounds/estimate-round.js';
export type { FailureInput } from './rounds/fail-round.js';
export { failRound } from './rounds/fail-round.js';
export type {
  RoundJobRecord,
  RoundModelRecord,
  RoundNetworkRecord,
  RoundShardRecord,
} from './rounds/get-round.js';
export {
  getLastDoneRound,
  getModelVersion,
  getRound,
  getRoundForJob,
  listRounds,
} from './rounds/get-round.js';
export { listAllRounds } from './rounds/list-all-rounds.js';
export { maybeStartRound } from './rounds/maybe-start-round.js';
export type { Measures, Move, Stale } from './rounds/move-round.js';
export { beginPhase } from './rounds/move-round.js';
export type { PoolReader, PoolRow } from './rounds/read-pool.js';
export { readPool } from './rounds/read-pool.js';
export type { RetryInput } from './rounds/retry-round.js';
export { retryRound } from './rounds/retry-round.js';
export type { SnapshotInput, SnapshotResult } from './rounds/set-snapshot.js';
export { setSnapshot } from './rounds/set-snapshot.js';
export type { SaveResult, ShardView } from './rounds/shards.js';
export {
  beginShard,
  listShards,
  loadShardScores,
  saveShardFeatures,
  saveShardScores,
} from './rounds/shards.js';
export { startAgedRounds } from './rounds/start-aged-rounds.js';
export type { StartRoundInput } from './rounds/start-round.js';
export { startRound } from './rounds/start-round.js';
export type { WebhookChange } from './webhooks/change-webhook.js';
export { deleteWebhook, rotateWebhook, updateWebhook } from './webhooks/change-webhook.js';
export type { ClaimedDelivery, ClaimInput } from './webhooks/claim-deliveries.js';
export { claimDeliveries } from './webhooks/claim-deliveries.js';
export { collectLabels } from './webhooks/collect-labels.js';
export type { NewWebhook } from './webhooks/create-webhook.js';
export { createWebhook } from './webhooks/create-webhook.js';
export {
  createTestDelivery,
  listDeliveries,
  removeOldDeliveries,
  replayDelivery,
} from './webhooks/deliveries.js';
export type { AttemptResult } from './webhooks/finish-attempt.js';
export { finishAttempt } from './webhooks/finish-attempt.js';
export { listWebhooks } from './webhooks/webhooks.js';
export type { NewWorker, WorkerPulse, WorkerRecord } from './workers/workers.js';
export {
  countAliveWorkers,
  heartbeatWorker,
  listWorkers,
  markWorkerStopped,
  registerWorker,
  takeLostWorkers,
  workerSilenceMs,
} from './workers/workers.js';

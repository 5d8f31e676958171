-- What Prisma cannot express. These guards hold whatever program writes: a bug in the code above them then
-- fails loudly instead of losing an answer or moving a round backwards.

-- ── One at a time ──────────────────────────────────────────────────────────────────────────────────────────

-- Two annotators must never hold the same place of an item, also when their requests cross.
CREATE UNIQUE INDEX "leases_one_live_per_slot" ON "leases" ("item_id", "slot") WHERE "closed_at" IS NULL;
-- Nor may one annotator fill two places of an overlap.
CREATE UNIQUE INDEX "leases_one_live_per_annotator" ON "leases" ("item_id", "annotator_id") WHERE "closed_at" IS NULL;
-- A person has one answer for an item; a second one must supersede the first. Keeps a request sent twice from counting twice.
CREATE UNIQUE INDEX "annotations_one_live_per_annotator" ON "annotations" ("item_id", "annotator_id") WHERE "superseded_at" IS NULL;
-- The queue is served from one order. An upsert needs this index to replace it.
CREATE UNIQUE INDEX "rankings_one_live_per_project" ON "rankings" ("project_id") WHERE "kind" = 'live';
-- A selection that runs twice must not leave two results of one round.
CREATE UNIQUE INDEX "rankings_one_per_round" ON "rankings" ("round_id") WHERE "kind" = 'round';
-- Two rounds at once would fight over workers and over the live ranking. Decides races between triggers and requests.
CREATE UNIQUE INDEX "rounds_one_active_per_project" ON "rounds" ("project_id")
  WHERE "status" IN ('planned', 'training', 'featurizing', 'scoring', 'selecting');

-- ── Small indexes over what is open, however much lies closed beside it ────────────────────────────────────

CREATE INDEX "leases_live_by_project" ON "leases" ("project_id", "expires_at") WHERE "closed_at" IS NULL;
CREATE INDEX "leases_live_by_expiry" ON "leases" ("expires_at") WHERE "closed_at" IS NULL;
CREATE INDEX "outbox_waiting" ON "outbox" ("id") WHERE "published_at" IS NULL;
CREATE INDEX "operations_running" ON "operations" ("id") WHERE "status" = 'running';

-- ── Values that make sense ─────────────────────────────────────────────────────────────────────────────────

ALTER TABLE "users" ADD CONSTRAINT "users_email_lower_case" CHECK ("email" = lower("email"));
-- A secret stored by mistake in place of its hash would be longer.
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_hash_is_sha256" CHECK (octet_length("token_hash") = 32);
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_hash_is_sha256" CHECK (octet_length("token_hash") = 32);

-- Counters only grow from zero; a negative one is a lost update.
ALTER TABLE "projects" ADD CONSTRAINT "projects_counters" CHECK (
  "settings_version" >= 1 AND "label_seq" >= 0 AND "next_ordinal" >= 0
  AND "next_round" >= 1 AND "next_model" >= 1 AND "next_draw" >= 0);
ALTER TABLE "items" ADD CONSTRAINT "items_counters" CHECK (
  "ordinal" >= 0 AND "num_annotations" >= 0 AND "num_leases" >= 0);
ALTER TABLE "operations" ADD CONSTRAINT "operations_counters" CHECK (
  "num_read" >= 0 AND "num_created" >= 0 AND "num_duplicates" >= 0 AND "num_failed" >= 0);
ALTER TABLE "imports" ADD CONSTRAINT "imports_counters" CHECK ("num_rows_done" >= 0);

-- An item shows one thing.
ALTER TABLE "items" ADD CONSTRAINT "items_one_content" CHECK (num_nonnulls("text", "vector", "media_sha256") = 1);
ALTER TABLE "items" ADD CONSTRAINT "items_vector_is_float32" CHECK (octet_length("vector") % 4 = 0);
-- A held-out item without its label could not be scored.
ALTER TABLE "items" ADD CONSTRAINT "items_holdout_is_labeled" CHECK (
  NOT "is_holdout" OR ("imported_class" IS NOT NULL AND "status" = 'labeled'));
ALTER TABLE "labels" ADD CONSTRAINT "labels_source" CHECK ("source" IN ('import', 'annotation', 'review'));
ALTER TABLE "label_events" ADD CONSTRAINT "label_events_class_or_skip" CHECK ("class_key" IS NULL OR "skip" IS NULL);
ALTER TABLE "label_events" ADD CONSTRAINT "label_events_from_one" CHECK ("seq" >= 1);

ALTER TABLE "leases" ADD CONSTRAINT "leases_slot" CHECK ("slot" >= 0 AND "fence" >= 1);
ALTER TABLE "leases" ADD CONSTRAINT "leases_arm" CHECK ("arm" IN ('strategy', 'control', 'unranked'));
ALTER TABLE "leases" ADD CONSTRAINT "leases_closed_by_something" CHECK (("closed_at" IS NULL) = ("closed_by" IS NULL));
ALTER TABLE "leases" ADD CONSTRAINT "leases_closed_by" CHECK ("closed_by" IN ('annotated', 'released', 'expired'));

-- An answer is a class or a skip, never both, never neither.
ALTER TABLE "annotations" ADD CONSTRAINT "annotations_class_or_skip" CHECK (num_nonnulls("class_key", "skip_reason") = 1);
ALTER TABLE "annotations" ADD CONSTRAINT "annotations_skip_reason" CHECK (
  "skip_reason" IN ('unsure', 'not-relevant', 'broken', 'other'));
ALTER TABLE "annotations" ADD CONSTRAINT "annotations_times" CHECK ("active_ms" >= 0 AND "wall_ms" >= 0);
ALTER TABLE "annotations" ADD CONSTRAINT "annotations_superseded_by_somebody" CHECK (
  ("superseded_at" IS NULL) = ("superseded_by_id" IS NULL));

ALTER TABLE "rounds" ADD CONSTRAINT "rounds_attempt" CHECK ("attempt" >= 1);
ALTER TABLE "rounds" ADD CONSTRAINT "rounds_trigger" CHECK ("trigger" IN ('request', 'labels', 'first'));
ALTER TABLE "rounds" ADD CONSTRAINT "rounds_failed_has_phase" CHECK ("status" <> 'failed' OR "failed_in" IS NOT NULL);
ALTER TABLE "round_shards" ADD CONSTRAINT "round_shards_slice" CHECK (0 <= "from_index" AND "from_index" < "to_index");
-- Scores that do not line up with their items would rank the wrong ones, silently.
ALTER TABLE "round_shards" ADD CONSTRAINT "round_shards_scores_line_up" CHECK (
  "scores" IS NULL OR (octet_length("scores") = 4 * ("to_index" - "from_index")
  AND coalesce(cardinality("item_ids"), 0) = "to_index" - "from_index"));
ALTER TABLE "rankings" ADD CONSTRAINT "rankings_scores_line_up" CHECK (
  octet_length("scores") = 4 * cardinality("item_ids") AND "num_selected" BETWEEN 0 AND cardinality("item_ids"));
ALTER TABLE "predictions" ADD CONSTRAINT "predictions_line_up" CHECK (
  cardinality("item_ids") > 0 AND octet_length("probabilities") % (4 * cardinality("item_ids")) = 0);
ALTER TABLE "curve_points" ADD CONSTRAINT "curve_points_counts" CHECK (
  "arm" IN ('strategy', 'control') AND "num_labels" >= 0 AND "num_correct" BETWEEN 0 AND "num_holdout");

-- ── Belonging together ─────────────────────────────────────────────────────────────────────────────────────

-- The project stands beside the item for the indexes; were it another one, people of a project would see the
-- answers of a foreign one.
CREATE FUNCTION "tangent_same_project"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "items" WHERE "id" = NEW."item_id" AND "project_id" = NEW."project_id") THEN
    RAISE EXCEPTION '%: item % is not in project %', TG_TABLE_NAME, NEW."item_id", NEW."project_id"
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "leases_same_project" BEFORE INSERT ON "leases"
  FOR EACH ROW EXECUTE FUNCTION "tangent_same_project"();
CREATE TRIGGER "annotations_same_project" BEFORE INSERT ON "annotations"
  FOR EACH ROW EXECUTE FUNCTION "tangent_same_project"();
CREATE TRIGGER "labels_same_project" BEFORE INSERT OR UPDATE OF "item_id", "project_id" ON "labels"
  FOR EACH ROW EXECUTE FUNCTION "tangent_same_project"();

-- ── Written once ───────────────────────────────────────────────────────────────────────────────────────────

CREATE FUNCTION "tangent_refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % refused: its rows are only ever added', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
-- Who did what stays as it was written.
CREATE TRIGGER "audit_append_only" BEFORE UPDATE OR DELETE ON "audit"
  FOR EACH ROW EXECUTE FUNCTION "tangent_refuse_change"();
CREATE TRIGGER "audit_no_truncate" BEFORE TRUNCATE ON "audit"
  FOR EACH STATEMENT EXECUTE FUNCTION "tangent_refuse_change"();
-- Live models replay these by number; a changed or missing one would make two workers disagree.
CREATE TRIGGER "label_events_append_only" BEFORE UPDATE OR DELETE ON "label_events"
  FOR EACH ROW EXECUTE FUNCTION "tangent_refuse_change"();
CREATE TRIGGER "label_events_no_truncate" BEFORE TRUNCATE ON "label_events"
  FOR EACH STATEMENT EXECUTE FUNCTION "tangent_refuse_change"();
-- A round can be compared with its repetition only while its results cannot change.
CREATE TRIGGER "model_versions_immutable" BEFORE UPDATE ON "model_versions"
  FOR EACH ROW EXECUTE FUNCTION "tangent_refuse_change"();
CREATE TRIGGER "round_rankings_immutable" BEFORE UPDATE ON "rankings"
  FOR EACH ROW WHEN (OLD."kind" = 'round') EXECUTE FUNCTION "tangent_refuse_change"();

-- An annotation is somebody's work. It may be superseded, once; nothing else about it changes, and it never goes.
CREATE FUNCTION "tangent_keep_annotation"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  "unchanged" "annotations"%ROWTYPE;
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'annotations are superseded, never deleted' USING ERRCODE = 'check_violation';
  END IF;
  "unchanged" := NEW;
  "unchanged"."superseded_at" := OLD."superseded_at";
  "unchanged"."superseded_by_id" := OLD."superseded_by_id";
  IF "unchanged" IS DISTINCT FROM OLD OR OLD."superseded_at" IS NOT NULL OR NEW."superseded_at" IS NULL THEN
    RAISE EXCEPTION 'annotation % may only be superseded, and only once', OLD."id" USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "annotations_kept" BEFORE UPDATE OR DELETE ON "annotations"
  FOR EACH ROW EXECUTE FUNCTION "tangent_keep_annotation"();
CREATE TRIGGER "annotations_no_truncate" BEFORE TRUNCATE ON "annotations"
  FOR EACH STATEMENT EXECUTE FUNCTION "tangent_keep_annotation"();

-- ── Forward only ───────────────────────────────────────────────────────────────────────────────────────────

-- A closed lease belongs to the past: reopened, it would let a stale holder overtake the present one.
CREATE FUNCTION "tangent_keep_lease_closed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'lease % is closed (%) and stays so', OLD."id", OLD."closed_by" USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER "leases_stay_closed" BEFORE UPDATE ON "leases"
  FOR EACH ROW WHEN (OLD."closed_at" IS NOT NULL) EXECUTE FUNCTION "tangent_keep_lease_closed"();

CREATE FUNCTION "tangent_end_operation_once"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'operation % has ended (%)', OLD."id", OLD."status" USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER "operations_end_once" BEFORE UPDATE ON "operations"
  FOR EACH ROW WHEN (OLD."status" <> 'running' AND NEW."status" IS DISTINCT FROM OLD."status")
  EXECUTE FUNCTION "tangent_end_operation_once"();

-- A round goes planned → training → featurizing → scoring → selecting → done, or out of any of the first five into
-- failed or cancelled. Only a retry leads back, out of failed, with the next attempt, and not beyond what failed.
-- The same rule stands in packages/labeling (canMove, resumeStatus). What a round was started with never changes.
CREATE FUNCTION "tangent_round_forward"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  "phases" CONSTANT round_status[] := ARRAY['planned', 'training', 'featurizing', 'scoring', 'selecting', 'done']::round_status[];
  "from_phase" CONSTANT integer := array_position("phases", OLD."status");
  "to_phase" CONSTANT integer := array_position("phases", NEW."status");
  "is_active" CONSTANT boolean := "from_phase" IS NOT NULL AND OLD."status" <> 'done';
BEGIN
  IF (NEW."project_id", NEW."number", NEW."trigger", NEW."strategy", NEW."seed", NEW."batch_size", NEW."config")
     IS DISTINCT FROM
     (OLD."project_id", OLD."number", OLD."trigger", OLD."strategy", OLD."seed", OLD."batch_size", OLD."config")
     OR (OLD."snapshot_key" IS NOT NULL AND NEW."snapshot_key" IS DISTINCT FROM OLD."snapshot_key") THEN
    RAISE EXCEPTION 'round %: what it was started with never changes', OLD."id" USING ERRCODE = 'check_violation';
  END IF;
  IF NEW."status" = OLD."status" AND NEW."attempt" = OLD."attempt" THEN
    RETURN NEW;
  END IF;
  IF NEW."attempt" = OLD."attempt" AND "is_active"
     AND ("to_phase" = "from_phase" + 1 OR NEW."status" IN ('failed', 'cancelled')) THEN
    RETURN NEW;
  END IF;
  IF OLD."status" = 'failed' AND NEW."attempt" = OLD."attempt" + 1 AND NEW."status" <> 'done'
     AND "to_phase" <= array_position("phases", OLD."failed_in") THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'round %: % (attempt %) cannot become % (attempt %)',
    OLD."id", OLD."status", OLD."attempt", NEW."status", NEW."attempt" USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER "rounds_forward" BEFORE UPDATE ON "rounds"
  FOR EACH ROW EXECUTE FUNCTION "tangent_round_forward"();

-- The fence of a shard: a worker that was thought dead, and comes back with an older attempt, changes nothing.
CREATE FUNCTION "tangent_shard_fence"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."features_attempt" < OLD."features_attempt" OR NEW."score_attempt" < OLD."score_attempt" THEN
    RAISE EXCEPTION 'round % shard %: a later attempt has written already', OLD."round_id", OLD."index"
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "round_shards_fence" BEFORE UPDATE ON "round_shards"
  FOR EACH ROW EXECUTE FUNCTION "tangent_shard_fence"();

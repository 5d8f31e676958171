-- AlterTable
ALTER TABLE "workers" ADD COLUMN     "items_per_second" DOUBLE PRECISION,
ADD COLUMN     "num_jobs_done" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "audit_actor_id_id_idx" ON "audit"("actor_id", "id");

-- CreateIndex
CREATE INDEX "audit_target_id_id_idx" ON "audit"("target_id", "id");

-- CreateIndex
CREATE INDEX "audit_action_id_idx" ON "audit"("action", "id");

-- The triggers of 0002 refuse to change or remove what was recorded. A session may silence ordinary triggers by
-- session_replication_role = replica (pg_restore and replication do); these fire then too.
ALTER TABLE "audit" ENABLE ALWAYS TRIGGER "audit_append_only";
ALTER TABLE "audit" ENABLE ALWAYS TRIGGER "audit_no_truncate";

-- Triggers bind everybody but the table's owner, who may drop them. So that the programs need not run as the owner, this
-- gives another role what they need and not a right more: rows of the audit can be added and read, and that is all.
-- Tables that later migrations of the same owner make are covered too. Called by hand; see docs/runbook.md.
CREATE FUNCTION "tangent_grant_application"("application" name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  "owner" CONSTANT oid := (SELECT "relowner" FROM "pg_class" WHERE "oid" = 'public.audit'::regclass);
  "is_super" CONSTANT boolean := (SELECT "rolsuper" FROM "pg_roles" WHERE "rolname" = "application");
BEGIN
  IF "is_super" IS NULL THEN
    RAISE EXCEPTION 'there is no role %: CREATE ROLE % LOGIN PASSWORD ''…'' first', "application", "application";
  END IF;
  IF "is_super" OR pg_has_role("application", "owner", 'MEMBER') THEN
    RAISE EXCEPTION 'the role % is a superuser or owns the tables: no right can be kept from it', "application";
  END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', "application");
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', "application");
  EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %I', "application");
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', "application");
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO %I', "application");
  EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON "audit", "label_events" FROM %I', "application");
  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON "_prisma_migrations" FROM %I', "application");
  END IF;
END $$;
-- Only the owner can grant; nobody else needs to try.
REVOKE EXECUTE ON FUNCTION "tangent_grant_application"(name) FROM PUBLIC;

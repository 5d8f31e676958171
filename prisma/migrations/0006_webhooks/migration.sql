-- Webhooks that are sent, and annotations that come from a connected Label Studio. No version before this one wrote
-- rows into "webhooks" and "webhook_deliveries", so columns are dropped and added without moving data.

-- AlterTable
ALTER TABLE "webhooks" DROP COLUMN "secret",
ADD COLUMN     "created_by_id" TEXT,
ADD COLUMN     "description" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "disabled_reason" TEXT,
ADD COLUMN     "failing_since" TIMESTAMPTZ(3),
ADD COLUMN     "label_seq" INTEGER NOT NULL,
ADD COLUMN     "previous_sealed_secret" TEXT,
ADD COLUMN     "previous_until" TIMESTAMPTZ(3),
ADD COLUMN     "sealed_secret" TEXT NOT NULL;

-- AlterTable
ALTER TABLE "webhook_deliveries" DROP COLUMN "attempts",
DROP COLUMN "last_error",
DROP COLUMN "response_status",
ADD COLUMN     "ended_at" TIMESTAMPTZ(3),
ADD COLUMN     "num_attempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "step" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "webhook_attempts" (
    "delivery_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "response_status" INTEGER,
    "response_excerpt" TEXT,
    "error_code" TEXT,
    "error_detail" TEXT,

    CONSTRAINT "webhook_attempts_pkey" PRIMARY KEY ("delivery_id","number")
);

-- CreateTable
CREATE TABLE "label_studio_annotations" (
    "project_id" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "annotation_id" TEXT,
    "updated_at" TIMESTAMPTZ(6) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "label_studio_annotations_pkey" PRIMARY KEY ("project_id","external_id")
);

-- AddForeignKey
ALTER TABLE "webhook_attempts" ADD CONSTRAINT "webhook_attempts_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "webhook_deliveries"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "label_studio_annotations" ADD CONSTRAINT "label_studio_annotations_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ── What Prisma cannot express ─────────────────────────────────────────────────────────────────────────────

-- Looked for every second: only what waits, however long the log behind it.
CREATE INDEX "webhook_deliveries_waiting" ON "webhook_deliveries" ("webhook_id", "event_type")
  WHERE "next_attempt_at" IS NOT NULL;
CREATE INDEX "webhook_deliveries_ended" ON "webhook_deliveries" ("ended_at") WHERE "ended_at" IS NOT NULL;
-- Waiting or ended, never both: a message that is neither would be lost, one that is both sent again for ever.
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_waits_or_ended" CHECK (
  ("next_attempt_at" IS NULL) = ("ended_at" IS NOT NULL));
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_delivered_has_ended" CHECK (
  "delivered_at" IS NULL OR "ended_at" IS NOT NULL);
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_counts" CHECK ("num_attempts" >= 0 AND "step" >= 0);
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_disabled_by_something" CHECK (
  ("disabled_at" IS NULL) = ("disabled_reason" IS NULL));
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_disabled_reason" CHECK ("disabled_reason" IN ('user', 'failures', 'gone'));
-- An old secret that signs for ever is no rotation.
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_previous_secret_ends" CHECK (
  ("previous_sealed_secret" IS NULL) = ("previous_until" IS NULL));
-- A secret stored by mistake in place of its sealed form could be read by whoever reads the database.
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_secret_is_sealed" CHECK (
  "sealed_secret" NOT LIKE 'whsec\_%' AND "previous_sealed_secret" NOT LIKE 'whsec\_%');
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_label_seq" CHECK ("label_seq" >= 0);

-- Items whose class is known beforehand, which annotators get among the others to see how often each is right.
ALTER TABLE "items" ADD COLUMN     "is_gold" BOOLEAN NOT NULL DEFAULT false;

-- Meant for them from the start, and never read or written: what a gold item is, its label says.
ALTER TABLE "items" DROP CONSTRAINT "items_project_id_gold_class_key_fkey";
ALTER TABLE "items" DROP COLUMN "gold_class_key";

-- Without its label nobody could be told right from wrong. NOT VALID: what is there has the default, and a million rows
-- need not be read while everybody waits.
ALTER TABLE "items" ADD CONSTRAINT "items_gold_is_labeled" CHECK (
  NOT "is_gold" OR ("imported_class" IS NOT NULL AND "status" = 'labeled')) NOT VALID;

-- A lease may be of a gold item. NOT VALID: what is there was held to the narrower one.
ALTER TABLE "leases" DROP CONSTRAINT "leases_arm";
ALTER TABLE "leases" ADD CONSTRAINT "leases_arm" CHECK ("arm" IN ('strategy', 'control', 'unranked', 'gold')) NOT VALID;

-- The share that was in force when an import was asked for: one that goes on after a crash must not draw by another.
ALTER TABLE "imports" ADD COLUMN     "holdout_share" DOUBLE PRECISION NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "rounds" ADD COLUMN     "cold_network" JSONB;

-- A round is of a trained model or of an untrained network; with both, nobody could say where its order comes from.
ALTER TABLE "rounds" ADD CONSTRAINT "rounds_one_network" CHECK (
  "model_version_id" IS NULL OR "cold_network" IS NULL);

-- A round may be due because the last one is old.
ALTER TABLE "rounds" DROP CONSTRAINT "rounds_trigger";
ALTER TABLE "rounds" ADD CONSTRAINT "rounds_trigger" CHECK ("trigger" IN ('request', 'labels', 'age', 'first'));

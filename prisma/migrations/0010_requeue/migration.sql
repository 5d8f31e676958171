-- Items whose answers leave a doubt are shown to more annotators than the overlap says.
ALTER TABLE "items" ADD COLUMN     "num_asked_more" INTEGER NOT NULL DEFAULT 0;

-- An item that asks for fewer than the overlap would be handed to nobody. NOT VALID: what is there has the default, and
-- a million rows need not be read while everybody waits.
ALTER TABLE "items" ADD CONSTRAINT "items_asked_more" CHECK ("num_asked_more" >= 0) NOT VALID;

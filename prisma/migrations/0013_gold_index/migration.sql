-- Few among many labeled ones: a draw must find them without reading the others. A migration of its own: those that read
-- items need not wait until it is built.
CREATE INDEX "items_gold" ON "items" ("project_id") WHERE "is_gold";

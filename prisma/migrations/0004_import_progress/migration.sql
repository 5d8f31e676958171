-- An import may read a file or a folder that lies on the server, in place of an upload.
ALTER TABLE "imports" ALTER COLUMN "file_key" DROP NOT NULL;
ALTER TABLE "imports" ADD COLUMN "source_path" TEXT;
ALTER TABLE "imports" ADD COLUMN "source_fingerprint" TEXT;

-- One source, and of a path also what it held: an import that goes on after a crash would else pass over rows that it
-- has never read.
ALTER TABLE "imports" ADD CONSTRAINT "imports_one_source" CHECK (
  num_nonnulls("file_key", "source_path") = 1
  AND ("source_path" IS NULL) = ("source_fingerprint" IS NULL));

-- What a dry run has seen of its file: without it a row that comes again in a later batch would be counted as created.
CREATE TABLE "dry_run_rows" (
    "operation_id" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "external_id" TEXT,

    CONSTRAINT "dry_run_rows_pkey" PRIMARY KEY ("operation_id","content_hash")
);
CREATE UNIQUE INDEX "dry_run_rows_operation_id_external_id_key" ON "dry_run_rows"("operation_id", "external_id");
ALTER TABLE "dry_run_rows" ADD CONSTRAINT "dry_run_rows_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

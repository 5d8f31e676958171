-- CreateEnum
CREATE TYPE "network_kind" AS ENUM ('layers', 'onnx');

-- CreateTable
CREATE TABLE "imported_networks" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "kind" "network_kind" NOT NULL,
    "name" TEXT NOT NULL,
    "blob_key" TEXT NOT NULL,
    "summary" JSONB NOT NULL,
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "imported_networks_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "imported_networks_project_id_id_idx" ON "imported_networks"("project_id", "id");

-- AddForeignKey
ALTER TABLE "imported_networks" ADD CONSTRAINT "imported_networks_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

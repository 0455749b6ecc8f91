-- CreateTable
CREATE TABLE "saved_view" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "person_id" TEXT NOT NULL,
    "page" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "created_at" TEXT NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "saved_view_person_id_page_name_key" ON "saved_view"("person_id", "page", "name");

-- CreateIndex
CREATE INDEX "carton_discarded_at_status_id_code_idx" ON "carton"("discarded_at", "status", "id", "code");

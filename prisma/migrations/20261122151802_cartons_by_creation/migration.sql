-- CreateIndex
CREATE INDEX "carton_discarded_at_status_created_at_idx" ON "carton"("discarded_at", "status", "created_at");

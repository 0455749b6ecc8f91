-- CreateIndex
CREATE INDEX "shipment_board_counts_idx" ON "shipment"("archived_at", "status", "closed_at", "cartons_total", "latest_step", "latest_step_at", "cycle", "id");

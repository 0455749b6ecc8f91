-- CreateTable
CREATE TABLE "photo" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "shipment_id" TEXT NOT NULL,
    "dispute_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "taken_at" TEXT NOT NULL,
    "received_at" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "type" TEXT NOT NULL
);

-- CreateIndex
CREATE INDEX "photo_shipment_id_received_at_idx" ON "photo"("shipment_id", "received_at");

-- CreateIndex
CREATE INDEX "photo_dispute_id_person_id_idx" ON "photo"("dispute_id", "person_id");

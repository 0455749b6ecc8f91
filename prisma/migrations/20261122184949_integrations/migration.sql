-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "scopes" TEXT NOT NULL,
    "created_by" TEXT,
    "created_at" TEXT NOT NULL,
    "expires_at" TEXT,
    "last_used_at" TEXT,
    "revoked_at" TEXT
);

-- CreateTable
CREATE TABLE "api_request" (
    "uid" TEXT NOT NULL PRIMARY KEY,
    "fingerprint" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "integration_event" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "row_id" TEXT NOT NULL,
    "at" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "webhook" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "events" TEXT NOT NULL,
    "sealed_secret" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'active',
    "state_reason" TEXT,
    "state_since" TEXT,
    "paused_until" TEXT,
    "failed_in_a_row" INTEGER NOT NULL DEFAULT 0,
    "key_id" TEXT,
    "created_by" TEXT,
    "created_at" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "webhook_id" TEXT NOT NULL,
    "seq" INTEGER,
    "event_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "claimed_at" TEXT,
    "ended_at" TEXT,
    "last_status" INTEGER,
    "last_error" TEXT
);

-- CreateIndex
CREATE UNIQUE INDEX "api_key_hash_key" ON "api_key"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "integration_event_id_key" ON "integration_event"("id");

-- CreateIndex
CREATE INDEX "webhook_delivery_state_webhook_id_due_at_idx" ON "webhook_delivery"("state", "webhook_id", "due_at");

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook_id_created_at_idx" ON "webhook_delivery"("webhook_id", "created_at");

-- What happened before is told too, in the order in which the server took it.
INSERT INTO integration_event (id, type, row_id, at)
SELECT id, type, row_id, at FROM (
    SELECT id || '.create' AS id, 'shipment.create' AS type, id AS row_id, created_at AS at, 0 AS rank, 0 AS place FROM shipment
    UNION ALL SELECT id, 'shipment.' || kind, id, received_at, 1, ordinal FROM timeline
    UNION ALL SELECT id, 'carton.status', id, received_at, 2, rowid FROM carton_event
) ORDER BY at, rank, place;

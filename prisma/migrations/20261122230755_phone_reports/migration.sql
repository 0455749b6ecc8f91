-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_device" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "credential_hash" TEXT NOT NULL,
    "label" TEXT NOT NULL DEFAULT '',
    "name" TEXT,
    "status" TEXT NOT NULL DEFAULT 'active',
    "created_at" TEXT NOT NULL,
    "last_seen_at" TEXT NOT NULL,
    "revoked_at" TEXT,
    "revoked_reason" TEXT,
    "cleared_at" TEXT,
    "lost_scans" INTEGER NOT NULL DEFAULT 0,
    "lost_at" TEXT
);
INSERT INTO "new_device" ("cleared_at", "created_at", "credential_hash", "id", "label", "last_seen_at", "name", "revoked_at", "revoked_reason", "status") SELECT "cleared_at", "created_at", "credential_hash", "id", "label", "last_seen_at", "name", "revoked_at", "revoked_reason", "status" FROM "device";
DROP TABLE "device";
ALTER TABLE "new_device" RENAME TO "device";
CREATE UNIQUE INDEX "device_credential_hash_key" ON "device"("credential_hash");
CREATE TABLE "new_replica" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "device_id" TEXT,
    "warehouse_id" TEXT,
    "lmid" INTEGER NOT NULL DEFAULT 0,
    "durable_lmid" INTEGER NOT NULL DEFAULT 0,
    "app_version" TEXT NOT NULL DEFAULT '',
    "last_seen_at" TEXT NOT NULL,
    "reported_queue" INTEGER NOT NULL DEFAULT 0,
    "oldest_unsent" TEXT,
    "refused" INTEGER NOT NULL DEFAULT 0,
    "clock_late" INTEGER,
    "persisted" INTEGER,
    "storage_free" INTEGER,
    "mismatch_at" TEXT,
    "schema" INTEGER NOT NULL DEFAULT 1,
    "reset_below" INTEGER NOT NULL DEFAULT 0,
    "reset_reason" TEXT
);
INSERT INTO "new_replica" ("app_version", "device_id", "durable_lmid", "id", "last_seen_at", "lmid", "reported_queue", "reset_below", "reset_reason", "schema", "warehouse_id") SELECT "app_version", "device_id", "durable_lmid", "id", "last_seen_at", "lmid", "reported_queue", "reset_below", "reset_reason", "schema", "warehouse_id" FROM "replica";
DROP TABLE "replica";
ALTER TABLE "new_replica" RENAME TO "replica";
CREATE INDEX "replica_device_id_idx" ON "replica"("device_id");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

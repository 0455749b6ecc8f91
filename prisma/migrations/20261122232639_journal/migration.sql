-- AlterTable
ALTER TABLE "device" ADD COLUMN "healed_epoch" TEXT;
ALTER TABLE "device" ADD COLUMN "unconfirmed_at" TEXT;

-- CreateTable
CREATE TABLE "restore_report" (
    "epoch" TEXT NOT NULL PRIMARY KEY,
    "at" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "healing_until" TEXT,
    "healed_at" TEXT,
    "healed_by" TEXT,
    "seen_at" TEXT,
    "seen_by" TEXT
);

-- CreateTable
CREATE TABLE "heal_claim" (
    "uid" TEXT NOT NULL PRIMARY KEY,
    "epoch" TEXT NOT NULL,
    "replica_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "mutation" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "server_time" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "received_at" TEXT NOT NULL,
    "outcome" TEXT
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_sync_meta" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "application" TEXT NOT NULL,
    "instance" TEXT NOT NULL,
    "epoch" TEXT NOT NULL,
    "floor_seq" INTEGER NOT NULL DEFAULT 0,
    "schema_min" INTEGER NOT NULL,
    "schema_current" INTEGER NOT NULL,
    "staging" BOOLEAN NOT NULL DEFAULT false,
    "journal_seq" INTEGER NOT NULL DEFAULT 0,
    "parent_epoch" TEXT,
    "parent_seq" INTEGER
);
INSERT INTO "new_sync_meta" ("application", "epoch", "floor_seq", "id", "instance", "schema_current", "schema_min", "staging") SELECT "application", "epoch", "floor_seq", "id", "instance", "schema_current", "schema_min", "staging" FROM "sync_meta";
DROP TABLE "sync_meta";
ALTER TABLE "new_sync_meta" RENAME TO "sync_meta";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE INDEX "heal_claim_epoch_outcome_server_time_seq_idx" ON "heal_claim"("epoch", "outcome", "server_time", "seq");

-- AlterTable
ALTER TABLE "account" ADD COLUMN "last_seen_at" TEXT;

-- AlterTable
ALTER TABLE "device" ADD COLUMN "cleared_at" TEXT;
ALTER TABLE "device" ADD COLUMN "name" TEXT;
ALTER TABLE "device" ADD COLUMN "revoked_at" TEXT;
ALTER TABLE "device" ADD COLUMN "revoked_reason" TEXT;

-- CreateTable
CREATE TABLE "account_request" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "structure" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "message" TEXT NOT NULL DEFAULT '',
    "locale" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "decided_at" TEXT,
    "decided_by" TEXT,
    "reason" TEXT,
    "person_id" TEXT
);

-- CreateTable
CREATE TABLE "throttle" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "until" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "salvaged_mutation" (
    "uid" TEXT NOT NULL PRIMARY KEY,
    "device_id" TEXT NOT NULL,
    "replica_id" TEXT NOT NULL,
    "mid" INTEGER NOT NULL,
    "body" TEXT NOT NULL,
    "received_at" TEXT NOT NULL,
    "settlement" TEXT,
    "settled_at" TEXT,
    "settled_by" TEXT
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "at" TEXT NOT NULL,
    "actor_id" TEXT,
    "act" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "detail" TEXT NOT NULL DEFAULT '{}'
);

-- CreateIndex
CREATE INDEX "account_request_state_id_idx" ON "account_request"("state", "id");

-- CreateIndex
CREATE INDEX "salvaged_mutation_device_id_settlement_idx" ON "salvaged_mutation"("device_id", "settlement");

-- CreateIndex
CREATE INDEX "audit_event_actor_id_id_idx" ON "audit_event"("actor_id", "id");

-- CreateIndex
CREATE INDEX "audit_event_act_id_idx" ON "audit_event"("act", "id");

-- CreateIndex
CREATE INDEX "audit_event_subject_id_id_idx" ON "audit_event"("subject_id", "id");

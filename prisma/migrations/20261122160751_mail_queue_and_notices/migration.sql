-- AlterTable
ALTER TABLE "account" ADD COLUMN "email" TEXT;

-- CreateTable
CREATE TABLE "mail_message" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "message_id" TEXT NOT NULL,
    "notice_key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "to_address" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "claimed_at" TEXT,
    "ended_at" TEXT,
    "last_error" TEXT,
    "mutation_uid" TEXT,
    "shipment_id" TEXT,
    "person_id" TEXT
);

-- CreateTable
CREATE TABLE "notice_subscription" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "subscriber" TEXT NOT NULL,
    "person_id" TEXT,
    "address" TEXT,
    "locale" TEXT,
    "kind" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "scope_id" TEXT NOT NULL DEFAULT '',
    "own_too" BOOLEAN NOT NULL DEFAULT false,
    "created_by" TEXT NOT NULL,
    "created_at" TEXT NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "mail_message_message_id_key" ON "mail_message"("message_id");

-- CreateIndex
CREATE UNIQUE INDEX "mail_message_notice_key_key" ON "mail_message"("notice_key");

-- CreateIndex
CREATE INDEX "mail_message_state_id_idx" ON "mail_message"("state", "id");

-- CreateIndex
CREATE INDEX "notice_subscription_kind_scope_id_idx" ON "notice_subscription"("kind", "scope_id");

-- CreateIndex
CREATE UNIQUE INDEX "notice_subscription_subscriber_kind_scope_scope_id_key" ON "notice_subscription"("subscriber", "kind", "scope", "scope_id");

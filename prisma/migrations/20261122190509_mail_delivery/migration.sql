-- CreateTable
CREATE TABLE "mail_address" (
    "address" TEXT NOT NULL PRIMARY KEY,
    "unsubscribe_token" TEXT NOT NULL,
    "confirm_hash" TEXT,
    "confirm_until" TEXT,
    "confirmed_at" TEXT,
    "created_at" TEXT NOT NULL
);

-- AlterTable
ALTER TABLE "sync_meta" ADD COLUMN "staging" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE UNIQUE INDEX "mail_address_unsubscribe_token_key" ON "mail_address"("unsubscribe_token");

-- CreateIndex
CREATE UNIQUE INDEX "mail_address_confirm_hash_key" ON "mail_address"("confirm_hash");

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_account" (
    "person_id" TEXT NOT NULL PRIMARY KEY,
    "login" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "locale" TEXT NOT NULL DEFAULT 'fr',
    "created_at" TEXT NOT NULL,
    "demo" BOOLEAN NOT NULL DEFAULT false,
    "pin_hash" TEXT,
    "pin_generation" INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "new_account" ("active", "created_at", "demo", "locale", "login", "password_hash", "person_id", "role") SELECT "active", "created_at", "demo", "locale", "login", "password_hash", "person_id", "role" FROM "account";
DROP TABLE "account";
ALTER TABLE "new_account" RENAME TO "account";
CREATE UNIQUE INDEX "account_login_key" ON "account"("login");
CREATE TABLE "new_device_grant" (
    "device_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "granted_at" TEXT NOT NULL,
    "ended_at" TEXT,
    "until" TEXT,

    PRIMARY KEY ("device_id", "person_id", "kind")
);
INSERT INTO "new_device_grant" ("device_id", "ended_at", "granted_at", "kind", "person_id") SELECT "device_id", "ended_at", "granted_at", "kind", "person_id" FROM "device_grant";
DROP TABLE "device_grant";
ALTER TABLE "new_device_grant" RENAME TO "device_grant";
CREATE TABLE "new_session" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "person_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "last_seen_at" TEXT NOT NULL,
    "expires_at" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL DEFAULT '',
    "signed_in_by" TEXT NOT NULL DEFAULT 'password'
);
INSERT INTO "new_session" ("created_at", "device_id", "expires_at", "id", "last_seen_at", "person_id", "user_agent") SELECT "created_at", "device_id", "expires_at", "id", "last_seen_at", "person_id", "user_agent" FROM "session";
DROP TABLE "session";
ALTER TABLE "new_session" RENAME TO "session";
CREATE INDEX "session_person_id_idx" ON "session"("person_id");
CREATE INDEX "session_device_id_idx" ON "session"("device_id");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

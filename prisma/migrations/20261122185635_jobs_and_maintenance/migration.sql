-- CreateTable
CREATE TABLE "job_run" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "job" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "asked_by" TEXT NOT NULL,
    "asked_at" TEXT NOT NULL,
    "dry_run" BOOLEAN NOT NULL DEFAULT false,
    "started_at" TEXT,
    "ended_at" TEXT,
    "counts" TEXT NOT NULL DEFAULT '{}',
    "note" TEXT,
    "error_code" TEXT,
    "error_message" TEXT
);

-- CreateTable
CREATE TABLE "maintenance" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "from_at" TEXT,
    "until_at" TEXT,
    "message" TEXT NOT NULL DEFAULT '',
    "note" TEXT NOT NULL DEFAULT '',
    "noted_at" TEXT
);

-- CreateIndex
CREATE INDEX "job_run_job_asked_at_idx" ON "job_run"("job", "asked_at");

-- CreateIndex
CREATE INDEX "job_run_state_idx" ON "job_run"("state");

-- CreateTable
CREATE TABLE "refusal" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "command" TEXT NOT NULL,
    "arguments" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "handed_by" TEXT NOT NULL,
    "handed_at" TEXT NOT NULL,
    "settled_by" TEXT,
    "settled_at" TEXT,
    "settlement" TEXT
);

-- CreateIndex
CREATE INDEX "refusal_settled_at_handed_at_idx" ON "refusal"("settled_at", "handed_at");

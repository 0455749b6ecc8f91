-- CreateTable
CREATE TABLE "feed_mark" (
    "at" TEXT NOT NULL PRIMARY KEY,
    "seq" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "size_sample" (
    "day" TEXT NOT NULL PRIMARY KEY,
    "bytes" INTEGER NOT NULL,
    "tables" TEXT NOT NULL
);

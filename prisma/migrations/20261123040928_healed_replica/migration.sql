-- AlterTable
ALTER TABLE "replica" ADD COLUMN "healed_epoch" TEXT;

-- AlterTable
ALTER TABLE "contact" ADD COLUMN "changed" TEXT;

-- AlterTable
ALTER TABLE "destination" ADD COLUMN "changed" TEXT;

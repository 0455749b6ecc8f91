-- CreateTable
CREATE TABLE "warehouse" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "content_hash" BIGINT
);

-- CreateTable
CREATE TABLE "location" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "warehouse_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "content_hash" BIGINT
);

-- CreateTable
CREATE TABLE "person" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "structure" TEXT NOT NULL,
    "badge_code" TEXT,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "content_hash" BIGINT
);

-- CreateTable
CREATE TABLE "product" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "sku" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "brand" TEXT NOT NULL DEFAULT '',
    "gtin" TEXT,
    "barcode" TEXT,
    "weight_grams" INTEGER,
    "perishable" BOOLEAN NOT NULL DEFAULT false,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "content_hash" BIGINT
);

-- CreateTable
CREATE TABLE "destination" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "city" TEXT NOT NULL,
    "iata" TEXT NOT NULL,
    "country" TEXT NOT NULL,
    "correspondent_id" TEXT,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "content_hash" BIGINT
);

-- CreateTable
CREATE TABLE "contact" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "structure" TEXT NOT NULL DEFAULT '',
    "address" TEXT NOT NULL DEFAULT '',
    "roles" TEXT NOT NULL DEFAULT '[]',
    "destination_ids" TEXT NOT NULL DEFAULT '[]',
    "linked_shipper_ids" TEXT NOT NULL DEFAULT '[]',
    "active" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "content_hash" BIGINT
);

-- CreateTable
CREATE TABLE "shipment" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "reference" TEXT,
    "temporary_reference" TEXT,
    "temporary" BOOLEAN NOT NULL DEFAULT false,
    "status" TEXT NOT NULL,
    "dispute_id" TEXT,
    "dispute_reason" TEXT,
    "disputed_by" TEXT,
    "disputed_at" TEXT,
    "cycle" INTEGER NOT NULL DEFAULT 1,
    "latest_step" TEXT,
    "latest_step_at" TEXT,
    "cartons_total" INTEGER NOT NULL DEFAULT 0,
    "cartons_assigned" INTEGER NOT NULL DEFAULT 0,
    "cartons_labeled" INTEGER NOT NULL DEFAULT 0,
    "cartons_shipped" INTEGER NOT NULL DEFAULT 0,
    "ready_at" TEXT,
    "closed_at" TEXT,
    "closed_by" TEXT,
    "archived_at" TEXT,
    "archived_by" TEXT,
    "destination_id" TEXT NOT NULL,
    "destination_city" TEXT NOT NULL,
    "destination_iata" TEXT NOT NULL,
    "destination_country" TEXT NOT NULL,
    "shipper" TEXT,
    "recipient" TEXT,
    "correspondent" TEXT,
    "requested_on" TEXT,
    "notes" TEXT NOT NULL DEFAULT '',
    "tracking_token" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "content_hash" BIGINT
);

-- CreateTable
CREATE TABLE "carton" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "code" TEXT NOT NULL,
    "held_code" TEXT,
    "source" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "shipment_id" TEXT,
    "warehouse_id" TEXT NOT NULL,
    "location_id" TEXT,
    "moved_by" TEXT,
    "moved_at" TEXT,
    "items" TEXT NOT NULL DEFAULT '[]',
    "ever_packed" BOOLEAN NOT NULL DEFAULT false,
    "status_by" TEXT NOT NULL,
    "status_at" TEXT NOT NULL,
    "linked_by" TEXT,
    "linked_at" TEXT,
    "loaded_cycle" INTEGER,
    "loaded_by" TEXT,
    "loaded_at" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "discarded_at" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "content_hash" BIGINT
);

-- CreateTable
CREATE TABLE "timeline" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "shipment_id" TEXT NOT NULL,
    "cycle" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "step" TEXT,
    "ordinal" INTEGER NOT NULL,
    "actor_name" TEXT NOT NULL,
    "actor_structure" TEXT NOT NULL,
    "comment" TEXT NOT NULL DEFAULT '',
    "person_id" TEXT,
    "dispute_id" TEXT,
    "occurred_at" TEXT NOT NULL,
    "occurred_uncertain" BOOLEAN NOT NULL DEFAULT false,
    "received_at" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "content_hash" BIGINT
);

-- CreateTable
CREATE TABLE "carton_event" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "carton_id" TEXT NOT NULL,
    "from_status" TEXT,
    "to_status" TEXT NOT NULL,
    "shipment_before" TEXT,
    "shipment_after" TEXT,
    "reason" TEXT NOT NULL,
    "person_id" TEXT,
    "replica_id" TEXT NOT NULL,
    "occurred_at" TEXT NOT NULL,
    "received_at" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "label_print" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "ids" TEXT NOT NULL,
    "copy" INTEGER NOT NULL,
    "person_id" TEXT,
    "replica_id" TEXT NOT NULL,
    "received_at" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "revoked_token" (
    "token" TEXT NOT NULL PRIMARY KEY,
    "shipment_id" TEXT NOT NULL,
    "revoked_at" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "allocator" (
    "name" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "next" INTEGER NOT NULL,

    PRIMARY KEY ("name", "year")
);

-- CreateTable
CREATE TABLE "sync_meta" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "application" TEXT NOT NULL,
    "instance" TEXT NOT NULL,
    "epoch" TEXT NOT NULL,
    "floor_seq" INTEGER NOT NULL DEFAULT 0,
    "schema_min" INTEGER NOT NULL,
    "schema_current" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "change" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "scope" TEXT NOT NULL,
    "table" TEXT NOT NULL,
    "row_id" TEXT NOT NULL,
    "op" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "in_scope" (
    "scope" TEXT NOT NULL,
    "table" TEXT NOT NULL,
    "row_id" TEXT NOT NULL,
    "digest" BIGINT,

    PRIMARY KEY ("table", "row_id", "scope")
);

-- CreateTable
CREATE TABLE "digest_sum" (
    "scope" TEXT NOT NULL,
    "table" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "sum" BIGINT NOT NULL,

    PRIMARY KEY ("scope", "table")
);

-- CreateTable
CREATE TABLE "device" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "credential_hash" TEXT NOT NULL,
    "label" TEXT NOT NULL DEFAULT '',
    "status" TEXT NOT NULL DEFAULT 'active',
    "created_at" TEXT NOT NULL,
    "last_seen_at" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "device_grant" (
    "device_id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "granted_at" TEXT NOT NULL,
    "ended_at" TEXT,

    PRIMARY KEY ("device_id", "person_id")
);

-- CreateTable
CREATE TABLE "replica" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "device_id" TEXT,
    "warehouse_id" TEXT,
    "lmid" INTEGER NOT NULL DEFAULT 0,
    "durable_lmid" INTEGER NOT NULL DEFAULT 0,
    "app_version" TEXT NOT NULL DEFAULT '',
    "last_seen_at" TEXT NOT NULL,
    "reported_queue" INTEGER NOT NULL DEFAULT 0,
    "schema" INTEGER NOT NULL DEFAULT 1,
    "reset_below" INTEGER NOT NULL DEFAULT 0,
    "reset_reason" TEXT
);

-- CreateTable
CREATE TABLE "mutation_result" (
    "uid" TEXT NOT NULL PRIMARY KEY,
    "replica_id" TEXT NOT NULL,
    "mid" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "code" TEXT,
    "answer" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "device_time" TEXT NOT NULL,
    "server_time" TEXT NOT NULL,
    "args" TEXT,
    "undoes" TEXT
);

-- CreateTable
CREATE TABLE "mutation_duplicate" (
    "replica_id" TEXT NOT NULL,
    "mid" INTEGER NOT NULL,
    "uid" TEXT NOT NULL,

    PRIMARY KEY ("replica_id", "mid")
);

-- CreateTable
CREATE TABLE "code_lease" (
    "from" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "until" INTEGER NOT NULL,
    "replica_id" TEXT NOT NULL,
    "leased_at" TEXT NOT NULL,
    "next_free" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "account" (
    "person_id" TEXT NOT NULL PRIMARY KEY,
    "login" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "locale" TEXT NOT NULL DEFAULT 'fr',
    "created_at" TEXT NOT NULL,
    "demo" BOOLEAN NOT NULL DEFAULT false
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "person_id" TEXT NOT NULL,
    "device_id" TEXT NOT NULL,
    "created_at" TEXT NOT NULL,
    "last_seen_at" TEXT NOT NULL,
    "expires_at" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL DEFAULT ''
);

-- CreateTable
CREATE TABLE "login_attempt" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "failures" INTEGER NOT NULL,
    "window_from" TEXT NOT NULL,
    "locked_until" TEXT
);

-- CreateIndex
CREATE UNIQUE INDEX "warehouse_code_key" ON "warehouse"("code");

-- CreateIndex
CREATE UNIQUE INDEX "location_code_key" ON "location"("code");

-- CreateIndex
CREATE UNIQUE INDEX "person_badge_code_key" ON "person"("badge_code");

-- CreateIndex
CREATE UNIQUE INDEX "product_sku_key" ON "product"("sku");

-- CreateIndex
CREATE INDEX "product_gtin_idx" ON "product"("gtin");

-- CreateIndex
CREATE INDEX "product_barcode_idx" ON "product"("barcode");

-- CreateIndex
CREATE UNIQUE INDEX "shipment_reference_key" ON "shipment"("reference");

-- CreateIndex
CREATE UNIQUE INDEX "shipment_temporary_reference_key" ON "shipment"("temporary_reference");

-- CreateIndex
CREATE UNIQUE INDEX "shipment_tracking_token_key" ON "shipment"("tracking_token");

-- CreateIndex
CREATE INDEX "shipment_archived_at_status_idx" ON "shipment"("archived_at", "status");

-- CreateIndex
CREATE INDEX "shipment_archived_at_created_at_idx" ON "shipment"("archived_at", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "carton_held_code_key" ON "carton"("held_code");

-- CreateIndex
CREATE INDEX "carton_shipment_id_status_idx" ON "carton"("shipment_id", "status");

-- CreateIndex
CREATE INDEX "carton_warehouse_id_idx" ON "carton"("warehouse_id");

-- CreateIndex
CREATE INDEX "carton_code_idx" ON "carton"("code");

-- CreateIndex
CREATE INDEX "timeline_kind_step_occurred_at_idx" ON "timeline"("kind", "step", "occurred_at");

-- CreateIndex
CREATE UNIQUE INDEX "timeline_shipment_id_ordinal_key" ON "timeline"("shipment_id", "ordinal");

-- CreateIndex
CREATE INDEX "carton_event_carton_id_idx" ON "carton_event"("carton_id");

-- CreateIndex
CREATE UNIQUE INDEX "device_credential_hash_key" ON "device"("credential_hash");

-- CreateIndex
CREATE INDEX "replica_device_id_idx" ON "replica"("device_id");

-- CreateIndex
CREATE UNIQUE INDEX "mutation_result_replica_id_mid_key" ON "mutation_result"("replica_id", "mid");

-- CreateIndex
CREATE INDEX "code_lease_replica_id_idx" ON "code_lease"("replica_id");

-- CreateIndex
CREATE UNIQUE INDEX "account_login_key" ON "account"("login");

-- CreateIndex
CREATE INDEX "session_person_id_idx" ON "session"("person_id");

/** What an application of RxDB ships to do what ours does: storage, and replication by plain HTTP handlers. */
export { createRxDatabase } from 'rxdb/plugins/core';
export { replicateRxCollection } from 'rxdb/plugins/replication';
export { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';

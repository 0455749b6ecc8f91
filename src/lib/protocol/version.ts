/**
 * Moves only when an older phone would misread an answer. `wire-schema.test.ts` pins the hash of the wire schema beside it.
 */
export const PROTOCOL_VERSION = 1;
/** The schema of stored rows and mutations: phones state theirs, the server accepts `SCHEMA_MIN` … `SCHEMA_CURRENT`. */
export const SCHEMA_CURRENT = 1;
export const SCHEMA_MIN = 1;

/** A mutation's stored envelope, UTF-8 (sync §2). */
export const MAX_MUTATION_BYTES = 16 * 1024;
export const MAX_PUSH_MUTATIONS = 100;
export const MAX_PUSH_BYTES = 256 * 1024;
export const MAX_PULL_ROWS = 1000;
/** Refusals at the office that one pull asks about. */
export const MAX_HANDED = 50;
/** Further behind than this, a phone takes a snapshot instead of pages (sync §5). */
export const SNAPSHOT_AFTER_CHANGES = 5000;

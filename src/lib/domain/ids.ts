/**
 * Ids of rows that a rule creates. They derive from the mutation's own identity, so that the phone, its replays and the
 * server make the same ones (sync §2). Nothing here makes a new identity.
 */

/** Where each kind of created row starts counting, so that kinds that only one side keeps cannot shift the others. */
export const TIMELINE_IDS_FROM = 0;
export const CARTON_EVENT_IDS_FROM = 100;

/** The id of the n-th row that the mutation `uid` creates. */
export const rowId = (uid: string, ordinal: number): string => `${uid}.${ordinal}`;

/** The names and the version of the phone's databases. */

/** Of the tables in `database.ts`. A database of a higher one is read as it is: later versions only add. */
export const TABLES_VERSION = 2;
/** Dexie leaves room between versions. */
export const NATIVE_VERSION = TABLES_VERSION * 10;

/** Of the database of photos that belongs to the replica `name`. */
export const photosOf = (name: string): string => `${name}-photos`;

/** Whether anything was ever kept there; true where the browser does not say. */
export const hasPhotos = async (name: string): Promise<boolean> =>
	(await indexedDB.databases?.())?.some((database) => database.name === photosOf(name)) ?? true;

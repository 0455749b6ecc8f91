/**
 * [I26] That this phone was taken out of service, noted outside of the database, which is gone: whoever loads the page again,
 * also without network, reads what happened instead of meeting an empty phone. Who signs in anew takes the note away.
 */
const keyOf = (database: string): string => `${database}-erased`;

export function isErased(database: string): boolean {
	try {
		return localStorage.getItem(keyOf(database)) !== null;
	} catch {
		return false;
	}
}

export function markErased(database: string): void {
	try {
		localStorage.setItem(keyOf(database), 'yes');
	} catch {
		// Nothing can be noted here; the server says it again.
	}
}

export function forgetErased(database = 'escale'): void {
	try {
		localStorage.removeItem(keyOf(database));
	} catch {
		// Nothing was noted, then.
	}
}

/** Addresses of a list: the state of every filter is in the URL, so that a link says what one sees. */

/** The same page with some parameters set, or removed where null. */
export function addressWith(url: URL, changes: Record<string, string | null>): string {
	const params = new URLSearchParams(url.searchParams);
	for (const [name, value] of Object.entries(changes)) {
		if (value === null) params.delete(name);
		else params.set(name, value);
	}
	const query = params.toString();
	return query === '' ? url.pathname : `${url.pathname}?${query}`;
}

/** What a filter's form must send along, so that it changes its own parameters alone. A new filter starts at page 1. */
export const otherParams = (params: URLSearchParams, own: readonly string[]): [string, string][] =>
	[...params].filter(([name]) => name !== 'page' && !own.includes(name));

/** The longest value that an address carries along: it is encoded twice, and headers end at 16 KB. */
export const LONGEST_KEPT = 300;

/** A form's page with what the form holds, so that whoever leaves it comes back to it, without empty fields and long ones. */
export function formAddress(path: string, values: Record<string, string | boolean>): string {
	const held = Object.entries(values).filter(
		([, value]) => value !== '' && value !== false && String(value).length <= LONGEST_KEPT
	);
	const query = new URLSearchParams(held.map(([name, value]) => [name, String(value)])).toString();
	return query === '' ? path : `${path}?${query}`;
}

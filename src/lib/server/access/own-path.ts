/** Where a reader goes after a form: only ever to a page of this site. */

/**
 * Path and search of an address, if it leads to this site, else `/`.
 * @param wanted an absolute or relative address that a stranger may have written
 */
export function ownPath(wanted: string, origin: string): string {
	if (!URL.canParse(wanted, origin)) return '/';
	const { origin: itsOrigin, pathname, search } = new URL(wanted, origin);
	// Two slashes in front would be another host again, once a browser reads them as a redirect.
	return itsOrigin === origin && !/^\/[/\\]/.test(pathname) ? pathname + search : '/';
}

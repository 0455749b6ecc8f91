/**
 * Once, before the first page. A screen asks for the language with every word of it, and each time the cookie would be read and
 * taken apart anew: it is kept for as long as one turn of rendering takes, so that signing in may still change it.
 */
import { getLocale, overwriteGetLocale, type Locale } from '#lib/paraglide/runtime.js';

const read = getLocale;
let kept: Locale | null = null;

overwriteGetLocale(() => {
	if (kept === null) {
		kept = read();
		queueMicrotask(() => (kept = null));
	}
	return kept;
});

/** A browser in two words that its owner recognises, from what it says of itself; that text whole is nobody's business. */

const SYSTEMS: readonly [RegExp, string][] = [
	[/iPhone|iPod/, 'iPhone'],
	[/iPad/, 'iPad'],
	[/Android/, 'Android'],
	[/CrOS/, 'ChromeOS'],
	[/Windows/, 'Windows'],
	[/Macintosh|Mac OS X/, 'Mac'],
	[/Linux|X11/, 'Linux']
];

/** In this order: every browser says that it is also an older one. */
const BROWSERS: readonly [RegExp, string][] = [
	[/EdgA?\/|EdgiOS\//, 'Edge'],
	[/SamsungBrowser\//, 'Samsung Internet'],
	[/OPR\//, 'Opera'],
	[/Firefox\/|FxiOS\//, 'Firefox'],
	[/Chrome\/|CriOS\//, 'Chrome'],
	[/Safari\//, 'Safari']
];

const first = (names: readonly [RegExp, string][], text: string): string | undefined =>
	names.find(([sign]) => sign.test(text))?.[1];

/** `Chrome · Android`. What is not recognised stays as it is, cut short. */
export function browserName(userAgent: string): string {
	const parts = [first(BROWSERS, userAgent), first(SYSTEMS, userAgent)].filter((part) => part !== undefined);
	return parts.length > 0 ? parts.join(' · ') : userAgent.slice(0, 40) || '?';
}

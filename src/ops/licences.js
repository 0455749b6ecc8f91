// @ts-check
/**
 * Under which licences the packages come that the product is made of: what the lock file names, and only such licences as ask
 * for nothing but a notice. Packages that only build and test it may also ask for their own changes to be shown (MPL).
 */
import { readFileSync } from 'node:fs';

const PERMISSIVE = new Set([
	...['MIT', 'MIT-0', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'CC0-1.0'],
	...['Unlicense', 'Python-2.0', 'Zlib', 'WTFPL', 'OFL-1.1']
]);
const TOOLS_TOO = new Set(['MPL-2.0', 'CC-BY-3.0', 'CC-BY-4.0', 'CC-BY-SA-4.0', 'Artistic-2.0']);

/**
 * Packages whose lock entry says no licence or not as SPDX does, or one that is no matter where the package is used. Each was
 * looked at; an entry goes with its package, and with those of its platforms (`lightningcss-linux-x64-gnu`).
 */
export const LOOKED_AT = /** @type {Record<string, { licence: string, reason: string }>} */ ({
	'@inlang/plugin-message-format': { licence: 'MIT', reason: 'its LICENSE; makes the messages while building' },
	'@visx/vendor': { licence: 'MIT AND ISC', reason: 'its package.json, in words' },
	elkjs: {
		licence: 'EPL-2.0',
		reason: 'of the studio that comes with the prisma command line; neither built in nor run'
	},
	lightningcss: {
		licence: 'MPL-2.0',
		reason: 'shrinks styles while building, unchanged; nothing of it is built in'
	},
	'parse-cache-control': { licence: 'BSD-3-Clause', reason: 'its LICENSE; a tool of tests' },
	'png-js': { licence: 'MIT', reason: 'its LICENSE' },
	'seq-queue': { licence: 'MIT', reason: 'its LICENSE; comes with the prisma command line' },
	'sqlite-wasm-kysely': { licence: 'MIT', reason: 'its LICENSE; makes the messages while building' }
});

/**
 * @param {string} expression an SPDX expression
 * @param {(licence: string) => boolean} isFine
 * @returns {boolean}
 */
export function isFineUnder(expression, isFine) {
	const text = expression.trim().replace(/^\((.*)\)$/, '$1');
	if (text.includes(' OR ')) return text.split(' OR ').some((part) => isFineUnder(part, isFine));
	if (text.includes(' AND ')) return text.split(' AND ').every((part) => isFineUnder(part, isFine));
	return isFine(text.split(' WITH ')[0] ?? '');
}

/**
 * @typedef {{ version?: string, license?: string, dev?: boolean, link?: boolean }} Locked
 * @param {Record<string, Locked>} packages as in a lock file, by path
 * @param {typeof LOOKED_AT} looked
 * @returns {string[]} a sentence for each package that may not be used, and for each stale entry of `looked`
 */
export function licenceFaults(packages, looked = LOOKED_AT) {
	const unused = new Set(Object.keys(looked));
	const faults = [];
	for (const [path, { license, dev = false, link = false, version }] of Object.entries(packages)) {
		if (path === '' || link) continue;
		const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
		const known = Object.keys(looked).find((one) => name === one || name.startsWith(`${one}-`)) ?? '';
		if (unused.delete(known) || looked[known]) continue;
		const licence = license ?? 'none';
		const isFine = (/** @type {string} */ one) => PERMISSIVE.has(one) || (dev && TOOLS_TOO.has(one));
		if (!isFineUnder(licence, isFine))
			faults.push(`${name} ${version ?? ''} comes under ${licence}${dev ? '' : ', and the product is made of it'}.`);
	}
	for (const name of unused) faults.push(`${name} is not used any more: take it out of src/ops/licences.js.`);
	return faults;
}

/** @returns {string[]} of this checkout */
export const lockedLicenceFaults = () => licenceFaults(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages);

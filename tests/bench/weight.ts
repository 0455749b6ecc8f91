/**
 * What a phone has to load: `npm run -s bench -- weight`, on a finished build. `--check` (npm run verify) fails above the
 * limits: these are counts, not times, so a noisy machine does not change them.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { DESK_FILES } from '../../src/ops/desk-files.js';
import { gzipped, minified, OUR_ENGINE, OUR_ENGINE_EACH_START } from './support/bundle.ts';
import { printValue } from './support/metrics.ts';

const CLIENT = 'build/client';
const SHELL = 'build/prerendered/scan.html';

/** Kilobytes of 1,000 bytes. */
const LIMITS = { 'engine-gz': 45, 'scan-initial-gz': 120, precache: 1_500 };

if (!existsSync(SHELL)) {
	console.error('There is no build with a prerendered /scan: npm run build');
	process.exit(2);
}

/** The scripts that the shell of /scan names, and what those import at once; what they import later is not initial. */
function initialScripts(): Set<string> {
	const shell = readFileSync(SHELL, 'utf8');
	const named = [...shell.matchAll(/["'](\/_app\/[^"']+\.js)["']/g)].map((match) => match[1]!);
	const found = new Set<string>();
	const visit = (url: string) => {
		if (found.has(url)) return;
		found.add(url);
		const code = readFileSync(join(CLIENT, url), 'utf8');
		for (const match of code.matchAll(/(?:\bfrom|\bimport)\s*["'](\.[^"']+\.js)["']/g)) {
			visit(posix.join(dirname(url), match[1]!));
		}
	};
	named.forEach(visit);
	return found;
}

/**
 * Bytes that installing puts on the phone: everything the service worker may cache, but for the scanner's own engine and what
 * only the desk uses. Icons
 * and screenshots are the system's business when it installs the app.
 */
function precached(): number {
	const files = [CLIENT, 'build/prerendered'].flatMap((root) =>
		readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => join(root, file))
	);
	const desk = new Set((JSON.parse(readFileSync(DESK_FILES, 'utf8')) as string[]).map((path) => join(CLIENT, path)));
	return files
		.filter(
			(file) =>
				statSync(file).isFile() &&
				!desk.has(file) &&
				!/\.(br|gz|wasm|map|png)$/.test(file) &&
				!file.endsWith('service-worker.js')
		)
		.reduce((sum, file) => sum + statSync(file).size, 0);
}

const scripts = [...initialScripts()];
const sizes = {
	'engine-gz': gzipped(await minified(OUR_ENGINE_EACH_START)),
	'engine-all-gz': gzipped(await minified(OUR_ENGINE)),
	'scan-initial-gz': scripts.reduce((sum, url) => sum + gzipped(readFileSync(join(CLIENT, url))), 0),
	precache: precached()
};

for (const [metric, bytes] of Object.entries(sizes)) printValue('weight', metric, 'KB', bytes / 1000);

if (process.argv.includes('--check')) {
	const heavy = Object.entries(LIMITS).filter(([metric, limit]) => sizes[metric as keyof typeof LIMITS] > limit * 1000);
	for (const [metric, limit] of heavy) console.error(`${metric} is over its limit of ${limit} KB`);
	process.exitCode = heavy.length === 0 ? 0 : 1;
}

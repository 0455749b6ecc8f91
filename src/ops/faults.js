// @ts-check
/**
 * `npm run faults`: injects every fault of tests/faults/catalogue.json and prints one line of JSON for each, and a last one that
 * counts them: `{"faults":N,"violations":0,…}`. `npm run faults -- <name> …`: only the faults, or the files, of these names. `ROUNDS`
 * is how often those that go by rounds do. Needs a build. Knows nothing of what they break.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';

/**
 * @typedef {object} Fault
 * @property {string} fault its name; the titles of its tests carry it, so that it can be run alone
 * @property {string} what is injected
 * @property {string} by a test file of Vitest (`*.test.ts`, `*.fault.ts`) or of Playwright (`*.e2e.ts`)
 * @property {boolean} [whole] shown by all tests of that file, which say nothing by themselves
 */

/** @type {readonly Fault[]} */
const FAULTS = JSON.parse(readFileSync('tests/faults/catalogue.json', 'utf8'));

/** Files at a time: most of a fault is waiting. Each has servers, folders, ports and browser profiles of its own. */
const AT_ONCE = 2;

const started = Date.now();
const asked = process.argv.slice(2);
const stem = (/** @type {string} */ file) => basename(file).replace(/\.(test|fault|e2e)\.ts$/, '');
const wanted = FAULTS.filter(
	({ fault, by }) => asked.length === 0 || asked.includes(fault) || asked.includes(stem(by))
);
const names = new Set(FAULTS.flatMap(({ fault, by }) => [fault, stem(by)]));
if (asked.some((name) => !names.has(name))) {
	console.error(
		`Usage: npm run faults [-- <name> …]\n\n${FAULTS.map(({ fault, what }) => `  ${fault}: ${what}`).join('\n')}`
	);
	process.exit(2);
}
if (!existsSync('build/index.js')) {
	console.error('There is no build to break. Make one with: npm run build');
	process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), 'escale-faults-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const report = join(scratch, 'report.jsonl');
/** @type {{ file: string, title: string, passed: boolean, ms: number }[]} */
const tests = [];

/** Those of one program, in one run of it. @param {string[]} args @param {string} json @param {(result: any) => void} read */
function run(args, json, read) {
	const { status } = spawnSync(process.execPath, args, {
		stdio: 'inherit',
		env: { ROUNDS: '20', ...process.env, FAULTS_REPORT: report, PLAYWRIGHT_JSON_OUTPUT_NAME: json }
	});
	if (status === null) process.exit(130);
	if (existsSync(json)) read(JSON.parse(readFileSync(json, 'utf8')));
}

const files = [...new Set(wanted.map(({ by }) => by))];
/** Where each is one test among others of its file, only those. */
const titles = wanted.every(({ fault, by, whole }) => asked.includes(fault) && !whole && stem(by) !== fault)
	? [wanted.map(({ fault }) => fault).join('|')]
	: [];
const inNode = files.filter((file) => !file.endsWith('.e2e.ts'));
const inBrowser = files.filter((file) => file.endsWith('.e2e.ts'));

if (inNode.length > 0) {
	const json = join(scratch, 'vitest.json');
	run(
		[
			...['node_modules/vitest/vitest.mjs', 'run', '--project', 'node', `--maxWorkers=${AT_ONCE}`],
			...['--reporter=default', '--reporter=json', `--outputFile.json=${json}`],
			...titles.flatMap((title) => ['-t', title]),
			...inNode
		],
		json,
		(result) => {
			for (const file of result.testResults) {
				const path = relative('.', file.name);
				for (const { title, status, duration } of file.assertionResults)
					if (status === 'passed' || status === 'failed')
						tests.push({ file: path, title, passed: status === 'passed', ms: duration ?? 0 });
				if (file.status === 'failed' && file.assertionResults.length === 0)
					tests.push({ file: path, title: 'it does not load', passed: false, ms: 0 });
			}
		}
	);
}
if (inBrowser.length > 0) {
	run(
		[
			...['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json', `--workers=${AT_ONCE}`],
			...['--output', join(scratch, 'results')],
			...titles.flatMap((title) => ['-g', title]),
			...inBrowser
		],
		join(scratch, 'playwright.json'),
		(result) => {
			/** @param {any} suite */
			const walk = (suite) => {
				for (const { file, title, ok, tests: runs } of suite.specs ?? []) {
					/** @type {{ status: string, duration: number }[]} */
					const results = runs.flatMap((/** @type {any} */ run) => run.results);
					tests.push({
						file: inBrowser.find((each) => each.endsWith(`/${file}`)) ?? file,
						title,
						// One that never ran is not wrong to Playwright, and has shown nothing here.
						passed: ok && results.some(({ status }) => status === 'passed'),
						ms: results.reduce((sum, { duration }) => sum + duration, 0)
					});
				}
				for (const inner of suite.suites ?? []) walk(inner);
			};
			for (const suite of result.suites) walk(suite);
		}
	);
}

/** @type {{ fault: string }[]} */
const told = existsSync(report)
	? readFileSync(report, 'utf8').trim().split('\n').map((line) => JSON.parse(line)) // prettier-ignore
	: [];
/** What became of a fault; null: nothing showed it. @param {Fault} fault */
function lineOf({ fault, what, by, whole }) {
	const line = told.find((each) => each.fault === fault);
	const inFile = tests.filter(({ file }) => file === by);
	const named = inFile.filter(({ title }) => title.includes(fault));
	const shown = whole || named.length === 0 ? inFile : named;
	const seconds = Math.round(shown.reduce((sum, { ms }) => sum + ms, 0) / 100) / 10;
	if (line !== undefined) return { ...line, fault, what, seconds };
	if (!whole || inFile.length === 0 || inFile.some(({ passed }) => !passed)) return null;
	return { fault, what, seconds, held: inFile.map(({ title }) => title).join(' · '), by };
}
const failed = tests.filter(({ passed }) => !passed).map(({ file, title }) => `${file}: ${title}`);
const unshown = wanted.filter((fault) => lineOf(fault) === null).map(({ fault }) => fault);
console.log('');
for (const fault of wanted)
	console.log(JSON.stringify(lineOf(fault) ?? { fault: fault.fault, what: fault.what, violation: `see ${fault.by}` }));
for (const violation of failed) console.log(JSON.stringify({ violation }));
const violations = Math.max(failed.length, unshown.length);
const seconds = Math.round((Date.now() - started) / 1000);
console.log(
	JSON.stringify({
		...{ faults: wanted.length, violations, seconds, failed: unshown },
		names: wanted.map(({ fault }) => fault)
	})
);
process.exitCode = violations === 0 ? 0 : 1;

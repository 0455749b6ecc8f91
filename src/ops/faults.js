// @ts-check
/**
 * `npm run faults`: injects every fault of tests/faults/catalogue.json and prints one line of JSON for each, and a last one that
 * counts them: `{"faults":N,"violations":0,…}`. `npm run faults -- <name>`: only the fault, or the file, of that name. `ROUNDS`
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

const started = Date.now();
const [name] = process.argv.slice(2);
const stem = (/** @type {string} */ file) => basename(file).replace(/\.(test|fault|e2e)\.ts$/, '');
const wanted = FAULTS.filter(({ fault, by }) => name === undefined || fault === name || stem(by) === name);
if (wanted.length === 0) {
	console.error(
		`Usage: npm run faults [-- <name>]\n\n${FAULTS.map(({ fault, what }) => `  ${fault}: ${what}`).join('\n')}`
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
/** @type {Map<string, { passed: string[], failed: string[] }>} tests by file */
const outcomes = new Map();
/** @param {string} file @param {string} title @param {boolean} passed */
function count(file, title, passed) {
	const outcome = outcomes.get(file) ?? { passed: [], failed: [] };
	(passed ? outcome.passed : outcome.failed).push(title);
	outcomes.set(file, outcome);
}

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
const [first] = wanted;
const one = first !== undefined && first.fault === name && !first.whole && stem(first.by) !== name ? [first.fault] : [];
const inNode = files.filter((file) => !file.endsWith('.e2e.ts'));
const inBrowser = files.filter((file) => file.endsWith('.e2e.ts'));

if (inNode.length > 0) {
	const json = join(scratch, 'vitest.json');
	run(
		[
			...['node_modules/vitest/vitest.mjs', 'run', '--project', 'node', '--no-file-parallelism'],
			...['--reporter=default', '--reporter=json', `--outputFile.json=${json}`],
			...one.flatMap((title) => ['-t', title]),
			...inNode
		],
		json,
		(result) => {
			for (const file of result.testResults) {
				const path = relative('.', file.name);
				for (const { title, status } of file.assertionResults)
					if (status === 'passed' || status === 'failed') count(path, title, status === 'passed');
				if (file.status === 'failed' && file.assertionResults.length === 0) count(path, 'it does not load', false);
			}
		}
	);
}
if (inBrowser.length > 0) {
	run(
		[
			...['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json', '--output', join(scratch, 'results')],
			...one.flatMap((title) => ['-g', title]),
			...inBrowser
		],
		join(scratch, 'playwright.json'),
		(result) => {
			/** @param {any} suite */
			const walk = (suite) => {
				for (const spec of suite.specs ?? [])
					count(inBrowser.find((file) => file.endsWith(`/${spec.file}`)) ?? spec.file, spec.title, spec.ok);
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
	if (line !== undefined) return { ...line, fault, what };
	const outcome = outcomes.get(by);
	if (!whole || !outcome || outcome.failed.length > 0) return null;
	return { fault, what, held: outcome.passed.join(' · '), by };
}
const failed = [...outcomes].flatMap(([file, outcome]) => outcome.failed.map((title) => `${file}: ${title}`));
const unshown = wanted.filter((fault) => lineOf(fault) === null).map(({ fault }) => fault);
console.log('');
for (const fault of wanted)
	console.log(JSON.stringify(lineOf(fault) ?? { fault: fault.fault, what: fault.what, violation: `see ${fault.by}` }));
for (const violation of failed) console.log(JSON.stringify({ violation }));
const violations = Math.max(failed.length, unshown.length);
const seconds = Math.round((Date.now() - started) / 1000);
const names = wanted.map(({ fault }) => fault);
console.log(JSON.stringify({ faults: wanted.length, violations, seconds, failed: unshown, names }));
process.exitCode = violations === 0 ? 0 : 1;

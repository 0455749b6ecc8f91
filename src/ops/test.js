// @ts-check
/**
 * `npm test`: everything that CI runs, from a fresh clone: packages, a Chromium, generated code, build, `verify`, the tests
 * in Node and in the browser, the simulator, and the journeys through the built application. Leaves nothing behind: all temporary files,
 * databases and profiles live in one folder that goes at the end. Its last line is `N passed, N failed`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, checkNode, generate, install } from './checkout.js';
import { run, step, StepFailed, stopWith } from './progress.js';
import { verify } from './verify.js';

const scratch = mkdtempSync(join(tmpdir(), 'escale-test-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

const node = process.execPath;
const env = { ...process.env, TMPDIR: scratch, NODE_ENV: 'test' };
const tally = { passed: 0, failed: 0 };
/** What failed, told again at the end: a log of this length is often read from there. @type {string[]} */
const red = [];

/** Finds a Chromium for the browser tests, or installs one where that can be done unasked. */
async function findChromium() {
	const { register } = await import('tsx/esm/api');
	const unregister = register();
	const { chromiumPath } = await import('../../tests/support/chromium.ts');
	await unregister();
	if (chromiumPath() !== undefined) return;
	if (process.platform === 'linux' && process.getuid?.() === 0) {
		await step('installing Chromium (apt-get)', async () => {
			await run('apt-get', ['update']);
			await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']);
		});
	} else {
		await step('installing Chromium (playwright)', () =>
			run(node, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'])
		);
	}
	if (chromiumPath() === undefined) {
		throw new StepFailed(
			'There is no Chromium for the browser tests. Install one and set CHROMIUM_PATH to its program.'
		);
	}
}

/**
 * Runs one test program and adds what its JSON report counted. A program that fails without a failed test (a file that
 * does not load) counts as one failure: nothing red may end in "0 failed".
 * @param {string} title
 * @param {string[]} args
 * @param {string} report
 * @param {(report: any) => { passed: number, failed: number, names?: string[] }} count
 */
async function tests(title, args, report, count) {
	console.log(`\n${title}`);
	let green = true;
	await run(node, args, { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report }, show: true }).catch(
		() => (green = false)
	);
	/** @type {ReturnType<typeof count>} */
	let counted = { passed: 0, failed: 0 };
	try {
		counted = count(JSON.parse(readFileSync(report, 'utf8')));
	} catch {
		green = false;
	}
	tally.passed += counted.passed;
	const failed = green ? counted.failed : Math.max(1, counted.failed);
	tally.failed += failed;
	if (failed > 0) red.push(...(counted.names?.length ? counted.names : [title]));
}

/** @param {any} report @returns {string[]} */
const failedUnits = ({ testResults }) =>
	testResults.flatMap((/** @type {any} */ file) => {
		const names = file.assertionResults.filter((/** @type {any} */ test) => test.status === 'failed');
		if (names.length === 0 && file.status === 'failed') return [file.name];
		return names.map((/** @type {any} */ test) => `${file.name}: ${test.fullName}`);
	});

/** @param {any} suite @returns {string[]} */
const failedJourneys = ({ file, specs = [], suites = [] }) => [
	...specs.filter((/** @type {any} */ spec) => !spec.ok).map((/** @type {any} */ spec) => `${file}: ${spec.title}`),
	...suites.flatMap(failedJourneys)
];

try {
	checkNode();
	const sqlite = await install();
	await findChromium();
	await generate();
	await build();
	await sqlite();
} catch (error) {
	stopWith(error);
}

console.log('\nVerify');
try {
	await verify({ withTests: false });
} catch (error) {
	console.error(`\n${error instanceof Error ? error.message : error}`);
	tally.failed += 1;
	red.push('Verify');
}

const units = join(scratch, 'vitest.json');
await tests(
	'Tests in Node and in the browser (vitest)',
	['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${units}`],
	units,
	(report) => ({
		passed: report.numPassedTests,
		failed: report.numFailedTests,
		names: failedUnits(report)
	})
);

const SIMULATOR = ['--import', 'tsx', 'tests/sync/sim/main.ts'];
const simulated = join(scratch, 'simulated.json');
await tests(
	'Simulator: nothing lost, doubled or dropped, whatever happens (npm run sim)',
	[...SIMULATOR, '--seeds', '300', '--seed', '1', '--report', simulated],
	simulated,
	(report) => ({ passed: report.violations === 0 ? 1 : 0, failed: report.violations })
);
const broken = join(scratch, 'broken.json');
await tests(
	'Simulator: it notices each promise that is broken on purpose (npm run sim -- --mutants)',
	[...SIMULATOR, '--mutants', '--report', broken],
	broken,
	(report) => ({ passed: report.mutants - report.alive, failed: report.alive })
);

const journeys = join(scratch, 'playwright.json');
await tests(
	'Journeys through the built application (playwright)',
	['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json', '--output', join(scratch, 'results')],
	journeys,
	(report) => ({
		passed: report.stats.expected,
		failed: report.stats.unexpected + report.stats.flaky,
		names: report.suites.flatMap(failedJourneys)
	})
);

process.exitCode = tally.failed === 0 ? 0 : 1;
if (red.length > 0) console.log(`\nFailed:\n  ${red.join('\n  ')}`);
console.log(`\n${tally.passed} passed, ${tally.failed} failed`);

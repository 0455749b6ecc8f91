// @ts-check
/** `npm run security`: builds what is missing, then attacks the built server as production runs it, and asks every route as every caller. */
import { build, checkNode, generate, install } from './checkout.js';
import { run, stopWith } from './progress.js';

const SUITE = ['tests/security', 'src/lib/server/api/access-matrix.test.ts', 'src/ops/http-limits.test.ts'];

try {
	checkNode();
	const sqlite = await install();
	await generate();
	await build();
	await sqlite();
	await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'node', ...SUITE], { show: true });
} catch (error) {
	stopWith(error);
}

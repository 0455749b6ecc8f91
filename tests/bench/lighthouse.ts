/**
 * Lighthouse on /scan as a signed-in worker opens it: performance, accessibility, best practices (scores of 100). The two
 * that do not depend on the machine's speed fail the bench below 100.
 */
import lighthouse from 'lighthouse';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { FloorPage } from '../e2e/pages/floor-page.ts';
import { AppServer } from '../e2e/support/server.ts';
import { chromiumLaunch } from '../support/chromium.ts';
import { printValue } from './support/metrics.ts';

const DEBUGGING_PORT = 9333;
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];

const profile = mkdtempSync(join(tmpdir(), 'escale-lighthouse-'));
const app = await AppServer.start({ LOG_LEVEL: 'warn' });
const context = await chromium.launchPersistentContext(
	profile,
	chromiumLaunch([`--remote-debugging-port=${DEBUGGING_PORT}`])
);
try {
	await new FloorPage(context.pages()[0] ?? (await context.newPage()), app.origin).signIn('operator');
	const report = await lighthouse(`${app.origin}/scan`, {
		port: DEBUGGING_PORT,
		onlyCategories: CATEGORIES,
		disableStorageReset: true,
		logLevel: 'error'
	});
	for (const category of CATEGORIES) {
		const score = Math.round((report?.lhr.categories[category]?.score ?? 0) * 100);
		printValue('lighthouse', category, '/100', score);
		if (category !== 'performance' && score < 100) process.exitCode = 1;
	}
	for (const audit of Object.values(report?.lhr.audits ?? {})) {
		if (audit.score !== null && audit.score < 0.9) console.error(`${audit.id}: ${audit.displayValue ?? audit.score}`);
	}
} finally {
	await context.close();
	await app.remove();
	rmSync(profile, { recursive: true, force: true });
}

import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from './tests/support/chromium.ts';

/** Each test starts the built application itself (tests/e2e/support/server.ts): several of them kill it on purpose. */
export default defineConfig({
	testDir: 'tests',
	// What `npm run faults` alone injects takes minutes.
	testMatch: process.env['FAULTS_REPORT'] ? '{e2e,faults}/*.e2e.ts' : 'e2e/*.e2e.ts',
	workers: 1,
	fullyParallel: false,
	forbidOnly: true,
	timeout: 60_000,
	expect: { timeout: 10_000 },
	outputDir: 'test-results',
	use: {
		browserName: 'chromium',
		launchOptions: chromiumLaunch(),
		locale: 'fr-FR',
		timezoneId: 'Europe/Paris',
		trace: 'retain-on-failure'
	}
});

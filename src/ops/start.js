// @ts-check
/**
 * `npm start`: from a fresh clone, or from any state of one, to a served warehouse. Each step that has nothing to do is
 * skipped. Imports node: modules only until the packages are there; then launch.ts goes on.
 */
import { existsSync } from 'node:fs';
import { build, checkNode, generate, install } from './checkout.js';
import { StepFailed, stopWith } from './progress.js';

try {
	checkNode();
	const unknown = process.argv.slice(2).find((word) => word !== '--lan');
	if (unknown !== undefined) throw new StepFailed(`npm start takes --lan, not "${unknown}".`);
	if (existsSync('.env')) process.loadEnvFile('.env');
	if (process.argv.includes('--lan')) process.env['LAN'] = 'on';
	console.log('Escale');
	const sqlite = await install();
	await generate();
	const { register } = await import('tsx/esm/api');
	register();
	const { checkSettings, launch } = await import('./launch.ts');
	const lan = await checkSettings();
	await build();
	await sqlite();
	await launch(lan);
} catch (error) {
	stopWith(error);
}

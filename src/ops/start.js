// @ts-check
/**
 * `npm start`: from a fresh clone, or from any state of one, to a served warehouse. Each step that has nothing to do is
 * skipped. Imports node: modules only until the packages are there; then launch.ts goes on.
 */
import { existsSync } from 'node:fs';
import { build, checkNode, generate, install } from './checkout.js';
import { stopWith } from './progress.js';

try {
	checkNode();
	if (existsSync('.env')) process.loadEnvFile('.env');
	console.log('Escale');
	const sqlite = await install();
	await generate();
	const { register } = await import('tsx/esm/api');
	register();
	const { checkSettings, launch } = await import('./launch.ts');
	await checkSettings();
	await build();
	await sqlite();
	await launch();
} catch (error) {
	stopWith(error);
}

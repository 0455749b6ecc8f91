// @ts-check
/**
 * `npm run generate`: everything that is derived from written files and not committed: SvelteKit's types, the message
 * functions and the Prisma client. Run by `npm start` and `npm test` when one of their sources changed.
 */
import { spawnSync } from 'node:child_process';

/**
 * @param {string} bin a command of node_modules/.bin
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function run(bin, args, env = {}) {
	const { status } = spawnSync(process.execPath, [`node_modules/${bin}`, ...args], {
		stdio: ['ignore', 'inherit', 'inherit'],
		env: { ...process.env, ...env }
	});
	if (status !== 0) process.exit(status ?? 1);
}

run('@sveltejs/kit/svelte-kit.js', ['sync']);
// Prisma 7 wants to download a schema engine before it generates, and then does not use it.
run('prisma/build/index.js', ['generate', '--no-hints'], { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' });

const { compile } = await import('@inlang/paraglide-js');
const { PARAGLIDE } = await import('./paraglide.js');
await compile(PARAGLIDE);

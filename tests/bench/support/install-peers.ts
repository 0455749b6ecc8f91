/** The peers' packages: no part of the project's own installation, fetched when somebody measures with them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PEERS_FOLDER = 'tests/bench/peers';

const json = (...path: string[]) => JSON.parse(readFileSync(join(PEERS_FOLDER, ...path), 'utf8')) as object;

function isInstalled(): boolean {
	const { dependencies } = json('package.json') as { dependencies: Record<string, string> };
	return Object.entries(dependencies).every(([name, version]) => {
		const manifest = ['node_modules', name, 'package.json'];
		return (
			existsSync(join(PEERS_FOLDER, ...manifest)) && (json(...manifest) as { version: string }).version === version
		);
	});
}

/** Installs them where they are missing or of another version. Ends the process with 2 where no registry answers. */
export function installPeers(): void {
	if (isInstalled()) return;
	console.error(`The peers are not installed: npm ci --prefix ${PEERS_FOLDER}`);
	const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error', '--fetch-retries', '1'];
	const npm = spawnSync('npm', ['ci', '--prefix', PEERS_FOLDER, ...quiet], { stdio: ['ignore', 2, 2] });
	if (npm.status === 0 && isInstalled()) return;
	console.error(
		'The peers could not be installed, so there is nothing to compare with: a package registry must be in reach once.\n' +
			'Ours alone: npm run -s bench -- initial-sync, scan-commit, drain, weight'
	);
	process.exit(2);
}

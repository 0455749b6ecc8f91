/**
 * The lock file installs anywhere: it names no registry, and every platform package that a dependency may want is in it. npm
 * leaves out silently what a registry does not have yet; `npm ci` then fails on the next machine.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Entry {
	resolved?: string;
	optionalDependencies?: Record<string, string>;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Entry> };

/** Where Node would look for a package from `path`, nearest first. */
function places(path: string, name: string): string[] {
	const parents = path.split('/node_modules/').map((_, i, parts) => parts.slice(0, i + 1).join('/node_modules/'));
	return [...parents.reverse().map((parent) => `${parent}/node_modules/${name}`), `node_modules/${name}`];
}

test('no entry names a host', () => {
	const hosts = Object.entries(packages).filter(([, { resolved }]) => resolved?.includes('://') === true);
	expect(hosts.map(([path]) => path)).toEqual([]);
});

test('every optional package is listed', () => {
	const wanted = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
		Object.keys(optionalDependencies).map((name) => ({ path, name }))
	);
	const missing = wanted.filter(({ path, name }) => !places(path, name).some((place) => place in packages));
	expect(wanted.length).toBeGreaterThan(0);
	expect(missing.map(({ path, name }) => `${path} → ${name}`)).toEqual([]);
});

// @ts-check
/**
 * Brings a checkout to where its program can run: packages, generated code, build. Each part keeps the hash of what it was
 * made from beside its result, so that a second run does nothing and a change of branch redoes what it must. Run by
 * `npm start` and `npm test`; imports node: modules only, since it runs before anything is installed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run, step, StepFailed } from './progress.js';

const INSTALLED = 'node_modules/.escale-lock-sha256';
/** The part of better-sqlite3 that is made for this machine. */
const SQLITE = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node';
const GENERATED = 'node_modules/.escale-generated-sha256';
const BUILT = 'build/.sources-sha256';

const GENERATED_FROM = [
	'package-lock.json',
	'prisma/schema.prisma',
	'messages',
	'project.inlang/settings.json',
	'src/ops/paraglide.js'
];
const GENERATED_FILES = [
	'src/lib/paraglide/messages.js',
	'src/lib/server/prisma/client.ts',
	'.svelte-kit/tsconfig.json'
];
const BUILT_FROM = [...GENERATED_FROM, 'package.json', 'svelte.config.js', 'vite.config.ts', 'src', 'static'];
/** In src, yet not part of the build. */
const NOT_BUILT = /\.test\.ts$|^src\/ops\/(?!paraglide)|^src\/lib\/(paraglide|server\/prisma)\//;

/** @throws {StepFailed} on a Node older than package.json's engines ask */
export function checkNode() {
	const wanted = JSON.parse(readFileSync('package.json', 'utf8')).engines.node.replace('>=', '');
	const [major = 0, minor = 0] = wanted.split('.').map(Number);
	const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number);
	if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
	throw new StepFailed(
		`Escale needs Node ${wanted} or newer; this is ${process.versions.node}. See https://nodejs.org.`
	);
}

/**
 * Installs the packages of the lock file, unless node_modules was made from this very lock file.
 * @returns {Promise<() => Promise<void>>} waits until SQLite is there too. It is fetched or compiled meanwhile: nothing needs
 * it before a database is opened, and compiling takes one core over a minute.
 */
export async function install() {
	const lock = hash(['package-lock.json']);
	if (stamp(INSTALLED) !== lock) {
		// Packages run no programs of their own here; the one that must be built for this machine is built below.
		await step('installing packages (npm ci)', () =>
			npm(['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'])
		);
		writeFileSync(INSTALLED, lock);
	}
	if (existsSync(SQLITE)) return async () => {};
	// Where no prebuilt one can be downloaded, npm compiles; -O3 would take a third longer and gain nothing that we measured.
	const { CFLAGS = '-O2', CXXFLAGS = '-O2' } = process.env;
	const compiling = npm(['rebuild', 'better-sqlite3'], { ...process.env, CFLAGS, CXXFLAGS });
	// Whoever waits for it hears of it.
	compiling.catch(() => {});
	return async () => {
		await step('fetching or compiling SQLite', () => compiling);
	};
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
function npm(args, env = process.env) {
	const program = process.env['npm_execpath'];
	return program === undefined ? run('npm', args, { env }) : run(process.execPath, [program, ...args], { env });
}

/** Generates the Prisma client and the message functions when their sources changed. */
export async function generate() {
	const sources = hash(GENERATED_FROM);
	if (stamp(GENERATED) === sources && GENERATED_FILES.every((file) => existsSync(file))) return;
	await step('generating code (Prisma client, messages)', async () => {
		await run(process.execPath, ['src/ops/generate.js']);
		writeFileSync(GENERATED, sources);
	});
}

/** Builds the application when its sources changed. */
export async function build() {
	const sources = hash(BUILT_FROM);
	if (stamp(BUILT) === sources) return;
	await step('building the application', async () => {
		await run(process.execPath, ['node_modules/vite/bin/vite.js', 'build']);
		mkdirSync(dirname(BUILT), { recursive: true });
		writeFileSync(BUILT, sources);
	});
}

/** @param {string} file */
const stamp = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/**
 * SHA-256 over the names and contents of these files and folders; what is absent counts as empty.
 * @param {string[]} paths
 */
function hash(paths) {
	const sum = createHash('sha256');
	for (const file of paths.flatMap(filesIn)) {
		if (NOT_BUILT.test(file)) continue;
		sum.update(`${file}\0`).update(readFileSync(file)).update('\0');
	}
	return sum.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]} in a fixed order, with forward slashes
 */
function filesIn(path) {
	if (!existsSync(path)) return [];
	if (statSync(path).isFile()) return [path];
	return readdirSync(path)
		.sort()
		.flatMap((name) => filesIn(join(path, name).replaceAll('\\', '/')));
}

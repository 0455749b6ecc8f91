/**
 * What is shipped to run Escale elsewhere, held against the program: every path, port, route and setting that is named in
 * docs/deploy exists, and says the same everywhere. Where Caddy, systemd or Docker are installed they check their files, too.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readSettings, VARIABLES } from '#lib/server/config.ts';

const FOLDER = 'docs/deploy';
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const SECRET = 'kT3v0Qm8Zr1xWc5Yb7Nd2Lf9Hs4Jp6GaEu+iO/wq=zV';
/** Longer than Escale takes to stop. */
const STOP_SECONDS = 35;

/** A program's verdict on its own file; null where the program is not installed. */
function verdictOf(program: string, args: string[]): { status: number | null; said: string } | null {
	const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
	if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return null;
	return { status, said: `${stdout}${stderr}` };
}

/** How mail leaves: emptied for staging by name, so that they are known here too. */
const MAIL = ['SMTP_URL', 'BREVO_API_KEY'];
const isSetting = (name: string): boolean => name in VARIABLES || MAIL.includes(name);
const portOf = (address: string): string => address.split(':').at(-1)!;

function envOf(name: string): Record<string, string> {
	return Object.fromEntries([...read(name).matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, key, value]) => [key!, value!]));
}

describe.for([
	['production.env.example', 'escale.service', 'ESCALE_HOST', 'ESCALE_UPSTREAM'],
	['staging.env.example', 'escale-staging.service', 'ESCALE_STAGING_HOST', 'ESCALE_STAGING_UPSTREAM']
] as const)('%s', ([file, unit, host, upstream]) => {
	const env = envOf(file);

	test('names settings that exist, and starts once its secrets are filled in', () => {
		expect(Object.keys(env).filter((name) => !isSetting(name))).toEqual([]);
		expect(() => readSettings(env)).toThrow(/^SESSION_SECRET/);
		const settings = readSettings({ ...env, SESSION_SECRET: SECRET, METRICS_TOKEN: SECRET });
		expect(settings).toMatchObject({ production: true, host: '127.0.0.1', xffDepth: 1 });
	});

	test('is where its service and Caddy look for it', () => {
		const settings = readSettings({ ...env, SESSION_SECRET: SECRET, METRICS_TOKEN: SECRET });
		expect(read(unit)).toContain(
			`EnvironmentFile=${file.includes('staging') ? '/opt/escale-staging' : '/opt/escale'}/.env`
		);
		expect(read('Caddyfile')).toContain(`{$${host}:${new URL(settings.origin).hostname}} {`);
		expect(read('Caddyfile')).toContain(`{$${upstream}:127.0.0.1:${settings.port}}`);
	});
});

test('staging shares nothing with production', () => {
	const [production, staging] = [envOf('production.env.example'), envOf('staging.env.example')];
	for (const name of ['PORT', 'ORIGIN', 'DATABASE_URL', 'BACKUP_DIR', 'LOG_DIR'])
		expect(staging[name], name).not.toBe(production[name]);
});

describe('Caddyfile', () => {
	const text = read('Caddyfile');

	test('passes what phones need: streams at once, photos whole, metrics to nobody', () => {
		const [, stream] = /@streams path (\S+)/.exec(text)!;
		expect(existsSync(`src/routes${stream}/+server.ts`)).toBe(true);
		expect(text).toMatch(/handle @streams \{\s*reverse_proxy \{args\.0\} \{\s*flush_interval -1/);
		expect(text).toContain('@metrics path /metrics');
		expect(existsSync('src/routes/metrics/+server.ts')).toBe(true);
		const [, most] = /const MOST_BODY = ([\d_]+)/.exec(readFileSync('src/ops/http-limits.ts', 'utf8'))!;
		expect(2_000_000).toBeGreaterThan(Number(most!.replaceAll('_', '')));
		expect(text).toContain('max_size 2MB');
		// Escale's own headers are the ones that arrive.
		expect(text).not.toMatch(/^\s*header\b/m);
		expect(text.split('{').length).toBe(text.split('}').length);
	});

	test('is valid, says Caddy where it is installed', () => {
		const verdict = verdictOf('caddy', ['validate', '--adapter', 'caddyfile', '--config', join(FOLDER, 'Caddyfile')]);
		expect(verdict?.status ?? 0, verdict?.said).toBe(0);
	});
});

describe.for(['escale', 'escale-staging'])('%s.service', (name) => {
	const text = read(`${name}.service`);
	const values = new Map([...text.matchAll(/^([A-Za-z]+)=(.*)$/gm)].map(([, key, value]) => [key!, value!]));

	test('runs a file that exists, as an account of its own, from the folder of its settings', () => {
		const folder = values.get('WorkingDirectory');
		expect(folder).toBe(`/opt/${name}`);
		expect(values.get('EnvironmentFile')).toBe(`${folder}/.env`);
		expect([values.get('User'), values.get('Group')]).toEqual([name, name]);
		const words = values.get('ExecStart')!.split(' ');
		expect(existsSync(words.find((word) => word.endsWith('.ts'))!)).toBe(true);
		expect(words.at(-1)).toBe('serve');
		const set = words.flatMap((word) => /^([A-Z_]+)=/.exec(word)?.[1] ?? []);
		expect(set.filter((variable) => !isSetting(variable))).toEqual([]);
	});

	test('may write where its data is and nowhere else', () => {
		const env = envOf(name === 'escale' ? 'production.env.example' : 'staging.env.example');
		expect(values.get('ProtectSystem')).toBe('strict');
		expect(`/var/lib/${values.get('StateDirectory')}/escale.db`).toBe(env['DATABASE_URL']!.slice('file:'.length));
		expect(`/var/log/${values.get('LogsDirectory')}`).toBe(env['LOG_DIR']);
		expect(values.get('ReadWritePaths')).toBe(`-${env['BACKUP_DIR']}`);
		for (const key of ['NoNewPrivileges', 'ProtectHome', 'PrivateTmp', 'PrivateDevices', 'RestrictSUIDSGID'])
			expect(values.get(key), key).toBe('true');
		expect(values.get('CapabilityBoundingSet')).toBe('');
		// V8 compiles while it runs.
		expect(values.has('MemoryDenyWriteExecute')).toBe(false);
	});

	test('comes back after a crash, and is given the time to stop', () => {
		expect(values.get('Restart')).toBe('on-failure');
		expect(values.get('TimeoutStopSec')).toBe(String(STOP_SECONDS));
	});

	test('is valid, says systemd where it is installed', () => {
		const verdict = verdictOf('systemd-analyze', [
			'verify',
			'--man=no',
			join(process.cwd(), FOLDER, `${name}.service`)
		]);
		expect(verdict?.said ?? '').not.toMatch(new RegExp(`${name}\\.service:\\d+:|Unknown|Failed to parse`));
	});
});

test('staging mails nobody, whatever its settings say', () => {
	expect(read('escale-staging.service')).toContain('env SMTP_URL= BREVO_API_KEY= node');
});

describe('Dockerfile', () => {
	const lines = read('Dockerfile').replaceAll('\\\n', ' ').split('\n');
	const steps = lines
		.filter((line) => /^[A-Z]/.test(line))
		.map((line) => ({
			word: line.slice(0, line.indexOf(' ')),
			rest: line.slice(line.indexOf(' ') + 1).replace(/\s+/g, ' ')
		}));
	const of = (word: string) => steps.filter((step) => step.word === word).map(({ rest }) => rest);
	const last = steps.slice(steps.findLastIndex(({ word }) => word === 'FROM'));

	test('builds from the lock file in one stage and runs in another, not as root', () => {
		expect(of('FROM').length).toBe(2);
		expect(of('RUN').join('\n')).toContain('npm ci ');
		expect(last.find(({ word }) => word === 'USER')?.rest).toBe('node');
		expect(of('FROM').every((image) => /^node:(20|22|24)-/.test(image))).toBe(true);
		expect(read('Dockerfile.dockerignore').split('\n')).toEqual(expect.arrayContaining(['.env', '.git', 'data']));
	});

	test('names files, scripts, settings and routes that exist', () => {
		const copied = of('COPY').filter((rest) => !rest.startsWith('--from'));
		for (const source of copied.flatMap((rest) => rest.split(' ').slice(0, -1)))
			expect(existsSync(source), source).toBe(true);
		const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
		for (const [, script] of of('RUN')
			.join('\n')
			.matchAll(/npm run (\S+)/g))
			expect(Object.keys(scripts)).toContain(script);
		const names = of('ENV').flatMap((rest) => rest.split(' ').map((pair) => pair.split('=')[0]!));
		expect(names.filter((name) => !isSetting(name))).toEqual([]);
		expect(last.find(({ word }) => word === 'EXPOSE')?.rest).toBe(VARIABLES.PORT.default);
		expect(existsSync('src/routes/api/health/+server.ts')).toBe(true);
		expect(of('HEALTHCHECK')[0]).toContain('/api/health');
		const start = JSON.parse(of('CMD')[0]!) as string[];
		expect(existsSync(start.find((word) => word.endsWith('.ts'))!)).toBe(true);
	});
});

interface Service {
	build?: { context: string; dockerfile: string };
	profiles?: string[];
	environment?: Record<string, string>;
	env_file?: string;
	volumes: string[];
	stop_grace_period?: string;
	read_only?: boolean;
	cap_drop?: string[];
	ports?: string[];
}

describe('compose.yaml', () => {
	const { services, volumes } = parse(read('compose.yaml'), { merge: true }) as {
		services: Record<string, Service>;
		volumes: Record<string, null>;
	};

	test('builds this project, with staging on wish and Caddy alone reachable', () => {
		expect(Object.keys(services)).toEqual(['app', 'staging', 'caddy']);
		expect(services['staging']!.profiles).toEqual(['staging']);
		for (const name of ['app', 'staging']) {
			const { build, ports, stop_grace_period, read_only, cap_drop } = services[name]!;
			expect(normalize(join(FOLDER, build!.context))).toBe('.');
			expect(existsSync(build!.dockerfile)).toBe(true);
			expect({ ports, stop_grace_period, read_only, cap_drop }).toEqual({
				ports: undefined,
				stop_grace_period: `${STOP_SECONDS}s`,
				read_only: true,
				cap_drop: ['ALL']
			});
		}
		expect(services['caddy']!.ports!.map(portOf)).toEqual(['80', '443']);
	});

	test('names settings, volumes and hosts that exist', () => {
		for (const name of ['app', 'staging']) {
			const settings = Object.keys(services[name]!.environment!);
			expect(settings.filter((setting) => !isSetting(setting))).toEqual([]);
		}
		const named = Object.values(services).flatMap((service) => service.volumes.map((volume) => volume.split(':')[0]!));
		for (const volume of named.filter((one) => one.startsWith('.')))
			expect(existsSync(join(FOLDER, volume))).toBe(true);
		expect(named.filter((one) => !one.startsWith('.')).toSorted()).toEqual(Object.keys(volumes).toSorted());
		const caddy = Object.keys(services['caddy']!.environment!);
		for (const variable of caddy) expect(read('Caddyfile')).toContain(`{$${variable}:`);
		const [host, port] = services['caddy']!.environment!['ESCALE_UPSTREAM']!.split(':');
		expect(Object.keys(services)).toContain(host);
		expect(port).toBe(services['app']!.environment!['PORT']);
	});

	test('staging has data of its own and mails nobody', () => {
		const of = (name: string) => services[name]!.volumes.map((volume) => volume.split(':')[0]);
		expect(of('staging').filter((volume) => of('app').includes(volume))).toEqual([]);
		expect(services['staging']!.environment).toMatchObject({ SMTP_URL: '', BREVO_API_KEY: '' });
	});
});

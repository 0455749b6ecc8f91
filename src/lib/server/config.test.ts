import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEVELOPMENT_SECRET, readSettings, SettingRefusal, VARIABLES, type VariableName } from './config.ts';

const PRODUCTION = {
	NODE_ENV: 'production',
	ORIGIN: 'https://escale.example.org',
	DATABASE_URL: 'file:/var/lib/escale/escale.db',
	SESSION_SECRET: 'kT3v0Qm8Zr1xWc5Yb7Nd2Lf9Hs4Jp6Ga'
};

const refusalOf = (env: Record<string, string>): SettingRefusal => {
	try {
		readSettings(env);
	} catch (error) {
		if (error instanceof SettingRefusal) return error;
		throw error;
	}
	throw new Error('it was accepted');
};

describe('settings', () => {
	test('a laptop needs none of them', () => {
		const settings = readSettings({});
		expect(settings).toMatchObject({
			production: false,
			origin: 'http://localhost:3000',
			siteTimeZone: 'Europe/Paris',
			demoPassword: null
		});
		expect(settings.databaseFile).toMatch(/^\/.*data\/escale\.db$/);
	});

	test('an empty one counts as absent', () => {
		expect(readSettings({ PORT: '', ORIGIN: '' }).origin).toBe('http://localhost:3000');
	});

	test('production starts with its four', () => {
		expect(readSettings(PRODUCTION)).toMatchObject({ production: true, origin: 'https://escale.example.org' });
	});

	test.for([
		['NODE_ENV', 'prod'],
		['PORT', 'eighty'],
		['PORT', '70000'],
		['ORIGIN', 'escale.example.org'],
		['ORIGIN', 'ftp://escale.example.org'],
		['DATABASE_URL', 'postgres://localhost/escale'],
		['SITE_TIME_ZONE', 'Europe/Atlantis'],
		['SESSION_SECRET', 'short'],
		['DEMO_PASSWORD', 'demo'],
		['REQUESTS_PER_MINUTE', '0'],
		['LAN', 'yes'],
		['LAN_PORT', '0'],
		['XFF_DEPTH', '-1'],
		['JOB_SCHEDULES', '{"backup":5}'],
		['JOB_SCHEDULES', 'nightly'],
		['RETENTION_DAYS', '0'],
		['LOG_LEVEL', 'loud']
	])('%s=%s stops the start, naming the variable, the reason and an example', ([name, value]) => {
		const { variable, message } = refusalOf({ [name!]: value! });
		expect(variable).toBe(name);
		expect(message).toMatch(new RegExp(`^${name}: .+\\. Example: ${name}=.+`));
	});

	test.for(['ORIGIN', 'DATABASE_URL', 'SESSION_SECRET'] as const)('production does not start without %s', (name) => {
		expect(refusalOf({ ...PRODUCTION, [name]: '' }).variable).toBe(name);
	});

	test.for([DEVELOPMENT_SECRET, 'abcabcabcabcabcabcabcabcabcabcabcabc'])(
		'production refuses the secret %s',
		(secret) => {
			expect(refusalOf({ ...PRODUCTION, SESSION_SECRET: secret }).variable).toBe('SESSION_SECRET');
		}
	);

	test.for(['short', 'abcabcabcabcabcabcabcabcabcabcabcabc', PRODUCTION.SESSION_SECRET])(
		'production refuses the key for integrations %s',
		(key) => {
			expect(refusalOf({ ...PRODUCTION, INTEGRATION_API_KEY: key }).variable).toBe('INTEGRATION_API_KEY');
		}
	);

	test('without a key for integrations there is none', () => {
		expect(readSettings({ ...PRODUCTION, INTEGRATION_API_KEY: '' }).integrationApiKey).toBeNull();
	});

	/** What each setting must refuse. A free text has no wrong value but none. */
	const WRONG: Partial<Record<VariableName, readonly string[]>> = {
		NODE_ENV: ['prod'],
		PORT: ['eighty', '0', '70000', '3000.5'],
		LAN: ['yes'],
		HSTS_SECONDS: ['-1', 'a year', '1.5'],
		LAN_PORT: ['0'],
		ORIGIN: ['escale.example.org', 'ftp://escale.example.org'],
		DATABASE_URL: ['postgres://localhost/escale', 'file:'],
		SITE_TIME_ZONE: ['Europe/Atlantis'],
		SESSION_SECRET: ['short'],
		DEMO_PASSWORD: ['demo'],
		SHIFT_HOURS: ['0', '25', 'a day'],
		REQUESTS_PER_MINUTE: ['0'],
		ACCOUNT_REQUEST_THROTTLE_SECONDS: ['0', 'often'],
		DEVICE_CALLS_PER_MINUTE: ['1'],
		XFF_DEPTH: ['-1', '6'],
		JOB_SCHEDULES: ['{', '[1]'],
		RETENTION_DAYS: ['0', 'forever'],
		DEFAULT_FROM_EMAIL: ['Escale', 'a@example.org, b@example.org'],
		SMTP_URL: ['mail.example.org', 'https://mail.example.org'],
		BREVO_API_KEY: ['short'],
		BREVO_API_URL: ['http://mail.example.org/'],
		MAIL_TO_LOG: ['yes'],
		EMAIL_QUEUE_MAX_ATTEMPTS: ['0', '21'],
		EMAIL_QUEUE_RETRY_BASE_SECONDS: ['0'],
		EMAIL_QUEUE_RETRY_MAX_SECONDS: ['0'],
		EMAIL_QUEUE_PROCESSING_TIMEOUT_SECONDS: ['119'],
		LOG_LEVEL: ['loud'],
		METRICS_TOKEN: ['short'],
		SENTRY_DSN: ['sentry'],
		APP_VERSION: ['x'.repeat(41)]
	};

	test.for(Object.keys(VARIABLES) as VariableName[])('%s refuses what is wrong, or takes any text', (name) => {
		const wrong = WRONG[name];
		if (wrong === undefined) expect(() => readSettings({ [name]: 'any text at all' }), 'WRONG lacks it').not.toThrow();
		for (const value of wrong ?? []) {
			const { variable, message } = refusalOf({ [name]: value });
			expect(variable).toBe(name);
			expect(message).toMatch(new RegExp(`^${name}: .+\\. Example: ${name}=.+`, 's'));
		}
	});

	test.each([
		[
			{ SMTP_URL: 'smtp://u:hunter2@m.example.org', BREVO_API_KEY: 'x'.repeat(20) },
			'SMTP_URL: BREVO_API_KEY is set too'
		],
		[{ SMTP_URL: 'smtp://u:hunter2@m.example.org' }, 'DEFAULT_FROM_EMAIL: mail that is sent needs a sender.'],
		[{ SMTP_URL: 'http://u:hunter2@m.example.org' }, 'SMTP_URL: it is not smtp://'],
		[{ SMTP_URL: 'smtp://u:hunter2@m.example.org?pool=true' }, 'SMTP_URL: it is not smtp://'],
		[{ BREVO_API_KEY: 'hunter2' }, 'BREVO_API_KEY: it needs 20 characters'],
		[{ BREVO_API_URL: 'http://mail.example.org/' }, 'BREVO_API_URL: it is not an https:// address.'],
		[
			{ DEFAULT_FROM_EMAIL: 'Escale <a@example.org>\r\nBcc: b@example.org' },
			'DEFAULT_FROM_EMAIL: it is not one address'
		],
		[{ DEFAULT_FROM_EMAIL: 'a@example.org, b@example.org' }, 'DEFAULT_FROM_EMAIL: it is not one address'],
		[{ MAIL_FOLDER: './mail', SMTP_URL: 'smtp://m.example.org', DEFAULT_FROM_EMAIL: 'a@example.org' }, 'MAIL_FOLDER: '],
		[{ EMAIL_QUEUE_PROCESSING_TIMEOUT_SECONDS: '5' }, 'EMAIL_QUEUE_PROCESSING_TIMEOUT_SECONDS: '],
		[{ ...PRODUCTION, MAIL_FOLDER: './mail' }, 'MAIL_FOLDER: messages in clear']
	])('mail settings that do not go together are refused: %o', (env, said) => {
		const { message } = refusalOf(env as Record<string, string>);
		expect(message).toContain(said);
		expect(message).not.toContain('hunter2');
	});

	test('mail goes by SMTP, by Brevo, or to the log; staging sends nothing', () => {
		const smtp = { SMTP_URL: 'smtps://m.example.org', DEFAULT_FROM_EMAIL: '"Escale, quai" <a@example.org>' };
		expect(readSettings(smtp).mail.delivery).toMatchObject({
			kind: 'smtp',
			from: { name: 'Escale, quai', address: 'a@example.org' }
		});
		expect(readSettings({ ...smtp, MAIL_TO_LOG: 'on' }).mail.delivery.kind).toBe('log');
		expect(readSettings({}).mail.delivery).toEqual({
			...{ kind: 'log', folder: null },
			from: { name: 'Escale', address: 'escale@localhost' }
		});
		const brevo = { BREVO_API_KEY: 'x'.repeat(20), DEFAULT_FROM_EMAIL: 'a@example.org' };
		expect(readSettings(brevo).mail.delivery.kind).toBe('brevo');
	});

	test('a refusal shows no secret', () => {
		expect(refusalOf({ SESSION_SECRET: 'hunter2hunter2' }).message).not.toContain('hunter2');
		expect(refusalOf({ DEMO_PASSWORD: 'hunter2' }).message).not.toContain('hunter2');
		expect(refusalOf({ METRICS_TOKEN: 'hunter2' }).message).not.toContain('hunter2');
	});
});

test.for([
	['https://[fd00::2]:3443', 'on', undefined, '::'],
	['https://192.168.1.10:3443', 'on', undefined, '0.0.0.0'],
	['https://[fd00::2]:3443', 'off', undefined, '0.0.0.0'],
	['https://[fd00::2]:3443', 'on', 'fd00::2', 'fd00::2']
])('[lan] phones are shown %s with LAN=%s and HOST=%s: it listens at %s', ([ORIGIN, LAN, HOST, host]) => {
	expect(readSettings({ ORIGIN: ORIGIN!, LAN: LAN!, ...(HOST ? { HOST } : {}) }).host).toBe(host);
});

describe('.env.example', () => {
	const text = readFileSync('.env.example', 'utf8');
	const lines = [...text.matchAll(/^(# )?([A-Z_]+)=(.*)$/gm)].map(([, comment, name, value]) => ({
		name: name as VariableName,
		isDefault: comment === undefined,
		value: value!.replace(/^"(.*)"$/, '$1')
	}));

	test('lists every setting once, and no other', () => {
		expect(lines.map(({ name }) => name).sort()).toEqual(Object.keys(VARIABLES).sort());
	});

	test('gives each its default, and those without one an example that would be accepted', () => {
		const wrong = lines.filter(({ name, isDefault, value }) => {
			const { default: fallback, check } = VARIABLES[name];
			return isDefault ? value !== fallback : fallback !== undefined || !check.safeParse(value).success;
		});
		expect(wrong).toEqual([]);
	});
});

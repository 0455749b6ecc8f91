/**
 * The settings, read from the environment once, here and nowhere else: web server, command line and tests share this.
 * A missing or weak one stops the start with a sentence that names the variable, the reason and an example.
 * `.env.example` lists them all; a test holds it to this file.
 */
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { parseDsn } from '#lib/server/logs/sentry-dsn.ts';
import { deliveryOf, MAIL_VARIABLES, type MailSettings } from '#lib/server/mail/mail-settings.ts';

/** Good enough for a laptop; production refuses it. */
export const DEVELOPMENT_SECRET = 'escale-development-secret-do-not-use';

/** A setting that the server does not start with. */
export class SettingRefusal extends Error {
	override readonly name = 'StartRefusal';
	constructor(
		readonly variable: string,
		reason: string,
		example: string
	) {
		super(`${variable}: ${reason} Example: ${variable}=${example}`);
	}
}

const EVERY_IPV4 = '0.0.0.0';
/** IPv4 too. Phones that are shown an IPv6 address reach a server that listens at `0.0.0.0` by nothing. */
const EVERY_ADDRESS = '::';

/** Each variable with its check, its default as text (absent: none), and what stands in an error message. */
export const VARIABLES = {
	NODE_ENV: { check: z.enum(['development', 'test', 'production']), default: 'development', example: 'production' },
	HOST: { check: z.string().min(1), default: EVERY_IPV4, example: '127.0.0.1' },
	PORT: { check: z.coerce.number().int().min(1).max(65_535), default: '3000', example: '3000' },
	LAN: { check: z.enum(['on', 'off']), default: 'off', example: 'on' },
	LAN_PORT: { check: z.coerce.number().int().min(1).max(65_535), default: '3443', example: '3443' },
	ORIGIN: { check: z.url({ protocol: /^https?$/ }), default: undefined, example: 'https://escale.example.org' },
	DATABASE_URL: {
		check: z.string().regex(/^file:.+/),
		default: 'file:./data/escale.db',
		example: 'file:./data/escale.db'
	},
	BACKUP_DIR: { check: z.string().min(1), default: './backups', example: '/mnt/backups/escale' },
	BACKUP_COPY_TO: { check: z.string().min(1), default: undefined, example: '/mnt/other-machine/escale' },
	UPLOAD_DIR: { check: z.string().min(1), default: undefined, example: '/var/lib/escale/uploads' },
	SITE_TIME_ZONE: {
		check: z.string().refine(isTimeZone, 'it is not a time zone of the IANA database.'),
		default: 'Europe/Paris',
		example: 'Europe/Paris'
	},
	SESSION_SECRET: {
		check: z.string().min(32, 'it needs 32 characters or more.'),
		default: DEVELOPMENT_SECRET,
		example: '"$(openssl rand -base64 33)"'
	},
	INTEGRATION_API_KEY: {
		check: z.string().max(200),
		default: undefined,
		example: '"$(openssl rand -base64 33)"'
	},
	DEMO_PASSWORD: {
		check: z.string().min(12, 'it needs 12 characters or more.'),
		default: undefined,
		example: 'a-long-phrase-for-a-demo'
	},
	DEFAULT_SHIPPER: {
		check: z.string().min(1),
		default: 'AVIATION SANS FRONTIERES',
		example: '"AVIATION SANS FRONTIERES"'
	},
	SHIFT_HOURS: { check: z.coerce.number().int().min(1).max(24), default: '12', example: '12' },
	REQUESTS_PER_MINUTE: { check: z.coerce.number().int().min(10), default: '120', example: '120' },
	ACCOUNT_REQUEST_THROTTLE_SECONDS: {
		check: z.coerce.number().int().min(1).max(86_400),
		default: '300',
		example: '300'
	},
	DEVICE_CALLS_PER_MINUTE: { check: z.coerce.number().int().min(60), default: '600', example: '600' },
	HSTS_SECONDS: { check: z.coerce.number().int().min(0).max(63_072_000), default: '31536000', example: '31536000' },
	XFF_DEPTH: { check: z.coerce.number().int().min(0).max(5), default: '0', example: '1' },
	JOB_SCHEDULES: {
		check: z.string().transform(readSchedules),
		default: '{}',
		example: `'{"backup":"30 1 * * *","compact":"off"}'`
	},
	RETENTION_DAYS: { check: z.coerce.number().int().min(1).max(365), default: '7', example: '7' },
	...MAIL_VARIABLES,
	LOG_LEVEL: { check: z.enum(['debug', 'info', 'warn', 'error', 'silent']), default: 'info', example: 'info' },
	LOG_DIR: { check: z.string().min(1), default: undefined, example: '/var/log/escale' },
	METRICS_TOKEN: {
		check: z.string().min(24, 'it needs 24 characters or more.'),
		default: undefined,
		example: '"$(openssl rand -base64 33)"'
	},
	SENTRY_DSN: {
		check: z.string().refine((text) => parseDsn(text) !== null, 'it is not the address of a Sentry project.'),
		default: undefined,
		example: 'https://key@sentry.example.org/2'
	},
	APP_VERSION: { check: z.string().min(1).max(40), default: undefined, example: '1.4.0' }
} as const;

export type VariableName = keyof typeof VARIABLES;

export interface Settings {
	production: boolean;
	host: string;
	port: number;
	/** HTTPS for the local network by a certificate of our own; `port` then only explains it. */
	lan: boolean;
	/** Where that listens, unless `ORIGIN` says another port. */
	lanPort: number;
	/** Without a slash at its end. */
	origin: string;
	/** An absolute path. */
	databaseFile: string;
	/** An absolute path: where backups are kept, and what was noted about them. */
	backupDir: string;
	/** An absolute path: the second folder of the nightly backup; null: none. */
	backupCopyTo: string | null;
	/** An absolute path: the photos of disputes. */
	uploadDir: string;
	siteTimeZone: string;
	sessionSecret: string;
	demoPassword: string | null;
	/** A key of /api/v1 with all scopes; null: none. */
	integrationApiKey: string | null;
	defaultShipper: string;
	/** How long a sign-in by badge and PIN lasts. */
	shiftHours: number;
	/** Per person, for everything but `sync.*`. */
	requestsPerMinute: number;
	/** Between two account requests of one address, and of one e-mail. */
	accountRequestThrottleSeconds: number;
	/** `sync.*`, per device. */
	deviceCallsPerMinute: number;
	/** How long browsers are told to stay with HTTPS, in seconds, where `ORIGIN` is HTTPS. 0: not at all. */
	hstsSeconds: number;
	/** How many proxies in front of this server add to `X-Forwarded-For`. 0: none, the header is not believed. */
	xffDepth: number;
	/** Cron by a job's name, or `off`, where it is not the job's own; checked against the jobs at the start. */
	jobSchedules: Readonly<Record<string, string>>;
	/** How long the change feed reaches back, in days: a phone that was away longer loads a snapshot. */
	retentionDays: number;
	mail: MailSettings;
	logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
	/** An absolute path: where the log is kept in files; null: nowhere. */
	logDir: string | null;
	/** What Prometheus shows; null: only programs on this machine may read the metrics. */
	metricsToken: string | null;
	/** Where errors are reported; null: nowhere. */
	sentryDsn: string | null;
	appVersion: string | null;
}

/** @throws SettingRefusal naming the first variable that is missing or wrong */
export function readSettings(env: Record<string, string | undefined> = process.env): Settings {
	const read = <N extends VariableName>(name: N): z.infer<(typeof VARIABLES)[N]['check']> | null => {
		const { check, default: fallback, example } = VARIABLES[name];
		const text = env[name] === undefined || env[name] === '' ? fallback : env[name];
		if (text === undefined) return null;
		const parsed = check.safeParse(text);
		if (parsed.success) return parsed.data as never;
		throw new SettingRefusal(name, reasonOf(parsed.error, text), example);
	};
	const need = <N extends VariableName>(name: N, reason = 'it is not set.') => {
		const value = read(name);
		if (value === null) throw new SettingRefusal(name, reason, VARIABLES[name].example);
		return value;
	};

	const production = need('NODE_ENV') === 'production';
	const port = need('PORT');
	const secret = need('SESSION_SECRET');
	if (production) {
		if (read('ORIGIN') === null)
			throw new SettingRefusal('ORIGIN', 'production needs the address that people open.', VARIABLES.ORIGIN.example);
		if (secret === DEVELOPMENT_SECRET)
			throw new SettingRefusal('SESSION_SECRET', 'production needs one of its own.', VARIABLES.SESSION_SECRET.example);
		if (new Set(secret).size < 10)
			throw new SettingRefusal(
				'SESSION_SECRET',
				'it repeats itself too much to be a secret.',
				VARIABLES.SESSION_SECRET.example
			);
		if (env['DATABASE_URL'] === undefined || env['DATABASE_URL'] === '')
			throw new SettingRefusal('DATABASE_URL', 'production says where its data is.', 'file:/var/lib/escale/escale.db');
	}
	const origin = new URL(read('ORIGIN') ?? `http://localhost:${port}`).origin;
	const delivery = deliveryOf(
		{
			...{ from: read('DEFAULT_FROM_EMAIL'), smtpUrl: read('SMTP_URL'), brevoKey: read('BREVO_API_KEY') },
			...{ brevoUrl: need('BREVO_API_URL'), toLog: need('MAIL_TO_LOG') === 'on', folder: read('MAIL_FOLDER') },
			...{ production, hostname: new URL(origin).hostname }
		},
		(variable, reason) => {
			throw new SettingRefusal(variable, reason, VARIABLES[variable].example);
		}
	);
	const backupCopyTo = read('BACKUP_COPY_TO');
	const integrationApiKey = read('INTEGRATION_API_KEY');
	if (production && integrationApiKey !== null) {
		const weak = weaknessOf(integrationApiKey, secret);
		if (weak !== null) throw new SettingRefusal('INTEGRATION_API_KEY', weak, VARIABLES.INTEGRATION_API_KEY.example);
	}
	const lan = need('LAN') === 'on';
	const databaseFile = resolve(need('DATABASE_URL').slice('file:'.length));
	const logDir = read('LOG_DIR');
	return {
		production,
		host: lan && need('HOST') === EVERY_IPV4 && new URL(origin).hostname.startsWith('[') ? EVERY_ADDRESS : need('HOST'),
		port,
		lan,
		lanPort: need('LAN_PORT'),
		origin,
		databaseFile,
		backupDir: resolve(need('BACKUP_DIR')),
		backupCopyTo: backupCopyTo === null ? null : resolve(backupCopyTo),
		uploadDir: resolve(read('UPLOAD_DIR') ?? join(dirname(databaseFile), 'uploads')),
		siteTimeZone: need('SITE_TIME_ZONE'),
		sessionSecret: secret,
		demoPassword: read('DEMO_PASSWORD'),
		integrationApiKey,
		defaultShipper: need('DEFAULT_SHIPPER'),
		shiftHours: need('SHIFT_HOURS'),
		requestsPerMinute: need('REQUESTS_PER_MINUTE'),
		accountRequestThrottleSeconds: need('ACCOUNT_REQUEST_THROTTLE_SECONDS'),
		deviceCallsPerMinute: need('DEVICE_CALLS_PER_MINUTE'),
		hstsSeconds: need('HSTS_SECONDS'),
		xffDepth: need('XFF_DEPTH'),
		jobSchedules: need('JOB_SCHEDULES'),
		retentionDays: need('RETENTION_DAYS'),
		mail: {
			delivery,
			maxAttempts: need('EMAIL_QUEUE_MAX_ATTEMPTS'),
			retryBaseSeconds: need('EMAIL_QUEUE_RETRY_BASE_SECONDS'),
			retryMaxSeconds: need('EMAIL_QUEUE_RETRY_MAX_SECONDS'),
			processingTimeoutSeconds: need('EMAIL_QUEUE_PROCESSING_TIMEOUT_SECONDS')
		},
		logLevel: need('LOG_LEVEL'),
		logDir: logDir === null ? null : resolve(logDir),
		metricsToken: read('METRICS_TOKEN'),
		sentryDsn: read('SENTRY_DSN'),
		appVersion: read('APP_VERSION')
	};
}

/** Why a key that opens everything must not be used in production; null: it may. */
function weaknessOf(key: string, secret: string): string | null {
	if (key.length < 32) return 'it needs 32 characters or more in production; leave it empty to have none.';
	if (new Set(key).size < 10) return 'it repeats itself too much to be a secret.';
	return key === secret ? 'it must not be the same as SESSION_SECRET.' : null;
}

function isTimeZone(name: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: name });
		return true;
	} catch {
		return false;
	}
}

/** A JSON object of texts. */
function readSchedules(text: string, context: z.core.$RefinementCtx): Record<string, string> {
	try {
		const parsed = z.record(z.string(), z.string()).safeParse(JSON.parse(text));
		if (parsed.success) return parsed.data;
	} catch {
		// Said below, as for any other text that is no such object.
	}
	context.addIssue({ code: 'custom', message: 'it takes a JSON object: a schedule, or "off", by the name of a job.' });
	return z.NEVER;
}

/** A secret's own text stays out of the message. */
function reasonOf(error: z.ZodError, text: string): string {
	const message = error.issues[0]?.message ?? 'it is not usable.';
	return message.endsWith('.') ? message : `"${text.slice(0, 60)}" is not usable here (${message.toLowerCase()}).`;
}

/** What must hold besides where others rely on it: production, seen from outside and after a disaster. */
import { sql } from '#lib/server/store/sql.ts';
import { isTrustworthy } from '#lib/server/access/cookies.ts';
import { standingHeaders } from '#lib/server/access/secure-headers.ts';
import { error, info, warning, type Check } from './check.ts';
import { keepsScriptsOut } from './running-server.ts';

const HOUR_MS = 3_600_000;
/** A nightly backup with two hours to spare. */
const BACKUP_HOURS = 26;
/** Every three months, with a few days to spare. */
const DRILL_DAYS = 95;
/** HSTS lists ask for a year; half of it still protects whoever comes now and then. */
const HSTS_SECONDS = 15_768_000;
const SECRET_CHARACTERS = 40;
const OTHERS_MAY = 0o077;

const hoursSince = (at: string | undefined, now: Date): number =>
	at === undefined ? Infinity : (now.getTime() - Date.parse(at)) / HOUR_MS;

export const DEPLOY_CHECKS: readonly Check[] = [
	{
		id: 'deploy.production',
		look: ({ settings }) =>
			settings.production ? null : error('NODE_ENV is not production.', 'Set NODE_ENV=production.')
	},
	{
		id: 'deploy.origin-https',
		look: ({ settings }) =>
			settings.origin.startsWith('https:')
				? null
				: error(
						`ORIGIN is ${settings.origin}: no camera, no offline use, passwords in clear.`,
						'Put a proxy with a certificate in front and set ORIGIN=https://…'
					)
	},
	{
		id: 'deploy.hsts',
		look: ({ settings }) => {
			const header = standingHeaders(settings)['strict-transport-security'] ?? '';
			const seconds = Number(/max-age=(\d+)/.exec(header)?.[1] ?? 0);
			// On the local network the plain port explains the certificate: a browser must still go there.
			return settings.lan || seconds >= HSTS_SECONDS
				? null
				: warning('Browsers are not told to stay with HTTPS (HSTS).', 'Serve over HTTPS: set ORIGIN=https://…');
		}
	},
	{
		id: 'deploy.cookies',
		look: ({ settings }) =>
			isTrustworthy(settings.origin)
				? null
				: error('Cookies of sessions travel in clear.', 'Serve over HTTPS: set ORIGIN=https://…')
	},
	{
		id: 'deploy.serving',
		look: ({ served }) =>
			served === null
				? info('No server answers here now: its headers could not be looked at.', 'Start it and check again.')
				: null
	},
	{
		id: 'deploy.csp',
		look: ({ served }) =>
			served === null || keepsScriptsOut(served.policy)
				? null
				: error('Pages come without a policy that keeps foreign scripts out.', 'Build and start again: npm run build')
	},
	{
		id: 'deploy.metrics',
		look: ({ served }) =>
			served?.metricsStatus === 200
				? error('Anybody can read /metrics.', 'Set METRICS_TOKEN: openssl rand -base64 33')
				: null
	},
	{
		id: 'deploy.secret',
		look: ({ settings: { sessionSecret } }) =>
			sessionSecret.length >= SECRET_CHARACTERS && new Set(sessionSecret).size >= 16
				? null
				: warning('SESSION_SECRET is short or repeats itself.', 'Make another: openssl rand -base64 33')
	},
	{
		id: 'deploy.proxy',
		look: ({ settings: { xffDepth, host } }) =>
			xffDepth === 0 && isLoopback(host)
				? warning(
						'The server listens to this machine alone, so a proxy is in front, and XFF_DEPTH is 0: all callers share one address.',
						'Set XFF_DEPTH to the number of proxies.'
					)
				: xffDepth > 0 && !isLoopback(host)
					? warning(
							`XFF_DEPTH is ${xffDepth} and the server listens at ${host}: whoever comes past the proxy names any address.`,
							'Set HOST=127.0.0.1.'
						)
					: null
	},
	{
		id: 'deploy.demo-users',
		look: ({ db }) => {
			const demo = db && sql<{ login: string }>(db, 'SELECT login FROM account WHERE demo AND active').all();
			return demo?.length
				? error(
						`Demo users can sign in: ${demo.map(({ login }) => login).join(', ')}.`,
						'Production begins with a database of its own: migrate, then create-admin.'
					)
				: null;
		}
	},
	{
		id: 'deploy.admin',
		look: ({ db }) =>
			!db || sql(db, `SELECT 1 FROM account WHERE role = 'admin' AND active`).get()
				? null
				: warning('Nobody is an admin.', 'Make one: npm run -s ops -- create-admin --login … --name …')
	},
	{
		id: 'deploy.env-file',
		look: ({ envMode }) =>
			envMode !== null && (envMode & OTHERS_MAY) !== 0
				? error(`Other accounts of this machine can read .env (mode ${envMode.toString(8)}).`, 'chmod 600 .env')
				: null
	},
	{
		id: 'deploy.backup-age',
		look: ({ backups, now }) => {
			const newest = backups.find(({ good }) => good);
			if (newest === undefined) return error('There is no good backup.', 'Make one: npm run -s ops -- backup');
			return hoursSince(newest.madeAt, now) <= BACKUP_HOURS
				? null
				: error(`The newest good backup is older than ${BACKUP_HOURS} hours.`, 'See why none was made at night.');
		}
	},
	{
		id: 'deploy.backup-elsewhere',
		look: ({ databaseDevice, backupDevice, records, now }) => {
			const isElsewhere = backupDevice !== null && backupDevice !== databaseDevice;
			return isElsewhere || hoursSince(records.copies.at(-1)?.at, now) <= BACKUP_HOURS
				? null
				: warning(
						'Backups lie on the disk of the database, and none was copied elsewhere in the last 26 hours.',
						'Set BACKUP_DIR to another disk, or: npm run -s ops -- backup --to FOLDER'
					);
		}
	},
	{
		id: 'deploy.copy-age',
		look: ({ settings, records, now }) =>
			settings.backupCopyTo === null || hoursSince(records.copies.at(-1)?.at, now) <= BACKUP_HOURS
				? null
				: error(
						`No backup was copied to ${settings.backupCopyTo} in the last ${BACKUP_HOURS} hours.`,
						'See why: npm run -s ops -- backup --to FOLDER'
					)
	},
	{
		id: 'deploy.drill',
		look: ({ records, now }) => {
			const last = records.drills.at(-1);
			if (last && !last.ok) return error('The last restore drill failed.', 'See why: npm run -s ops -- restore-drill');
			return hoursSince(last?.at, now) <= DRILL_DAYS * 24
				? null
				: warning(`No backup was tried out in ${DRILL_DAYS} days.`, 'Do it: npm run -s ops -- restore-drill');
		}
	}
];

const isLoopback = (host: string): boolean => ['127.0.0.1', '::1', 'localhost'].includes(host);

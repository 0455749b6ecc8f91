/**
 * Errors told to a Sentry, when SENTRY_DSN names one: kind, code, place in the program, ids. Sent to its documented envelope
 * endpoint by a POST of our own: Sentry's package for Node brings thirty others, which look into every call and request.
 * What cannot be sent is forgotten; it stands in the log.
 */
import type { Trouble } from '#lib/server/log.ts';
import { newUuid } from '#lib/server/uuid.ts';
import type { Dsn } from './sentry-dsn.ts';
import { requestContext } from './request-context.ts';
import { safeError, type SafeError } from './safe-error.ts';

const TIMEOUT_MS = 5_000;
/** More in a minute tell nothing new. */
const MOST_A_MINUTE = 30;
const MINUTE_MS = 60_000;

/** Fields of a log line that are ids or codes, and may leave the house. */
const TOLD = ['event', 'request_id', 'route', 'procedure', 'person', 'device', 'uid', 'job', 'status'];

export class ErrorReports {
	readonly #target: Dsn;
	#minute = 0;
	#sent = 0;
	readonly #underWay = new Set<Promise<void>>();

	constructor(
		dsn: Dsn,
		readonly version: string,
		readonly environment: string,
		readonly clock: () => Date = () => new Date()
	) {
		this.#target = dsn;
	}

	/** Returns at once. Warnings are not reported. */
	report({ severity, fields }: Trouble): void {
		if (severity === 'warning' || !this.#mayGo()) return;
		const sending = this.#send(severity, { ...requestContext(), ...fields }).finally(() =>
			this.#underWay.delete(sending)
		);
		this.#underWay.add(sending);
	}

	/** Resolves when everything is sent or given up. */
	async settled(): Promise<void> {
		await Promise.all(this.#underWay);
	}

	#mayGo(): boolean {
		const minute = Math.floor(this.clock().getTime() / MINUTE_MS);
		if (minute !== this.#minute) [this.#minute, this.#sent] = [minute, 0];
		return this.#sent++ < MOST_A_MINUTE;
	}

	async #send(severity: Trouble['severity'], fields: Record<string, unknown>): Promise<void> {
		const { endpoint, key, dsn } = this.#target;
		const at = this.clock().toISOString();
		const id = newUuid().replaceAll('-', '');
		const event = {
			event_id: id,
			timestamp: at,
			platform: 'node',
			level: severity === 'critical' ? 'fatal' : 'error',
			release: this.version,
			environment: this.environment,
			tags: tagsOf(fields),
			exception: { values: exceptionsOf(safeError(fields['err'])) }
		};
		const lines = [{ event_id: id, sent_at: at, dsn }, { type: 'event' }, event];
		try {
			const answer = await fetch(endpoint, {
				method: 'POST',
				headers: {
					'content-type': 'application/x-sentry-envelope',
					'x-sentry-auth': `Sentry sentry_version=7, sentry_client=escale/1.0, sentry_key=${key}`
				},
				body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
				redirect: 'error',
				signal: AbortSignal.timeout(TIMEOUT_MS)
			});
			await answer.body?.cancel();
		} catch {
			// Nobody to tell: the error itself is in the log.
		}
	}
}

const tagsOf = (fields: Record<string, unknown>): Record<string, string> =>
	Object.fromEntries(
		TOLD.flatMap((name) => {
			const value = fields[name];
			return typeof value === 'string' || typeof value === 'number' ? [[name, String(value).slice(0, 200)]] : [];
		})
	);

/** The cause first, as Sentry wants them. */
function exceptionsOf({ type, message, code, frames, cause }: SafeError): object[] {
	const value = code === undefined ? message : `${code}: ${message}`;
	const stacktrace = { frames: frames.map(frameOf).reverse() };
	return [...(cause === undefined ? [] : exceptionsOf(cause)), { type, value, stacktrace }];
}

/** `name (file:line:column)` or `file:line:column` */
function frameOf(frame: string): object {
	const [, name, file = frame, line, column] = /^(?:(.*?) \()?(.*?)(?::(\d+):(\d+))?\)?$/.exec(frame) ?? [];
	return {
		...(name === undefined ? {} : { function: name }),
		filename: file,
		...(line === undefined ? {} : { lineno: Number(line), colno: Number(column) })
	};
}

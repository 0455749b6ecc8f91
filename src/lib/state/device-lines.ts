/**
 * What the device page says of this phone: each line a name, how it is in words, whether that is well, and what to do when it is
 * not. Pure; the page reads the facts and shows the lines.
 */
import { m } from '#lib/paraglide/messages.js';
import type { SyncStatus } from '#lib/sync/client.ts';
import { ageWords, timeWords } from './words.ts';

export interface CheckLine {
	name: string;
	value: string;
	tone: 'ok' | 'warn' | 'no';
	/** Null: nothing is to be done. */
	advice: string | null;
}

export interface Storage {
	/** Bytes; null where the browser does not say. */
	used: number | null;
	quota: number | null;
	persisted: boolean;
}

/** What the page's clock and place add to a fact. `now` in ms since 1970. */
export interface Here {
	now: number;
	timeZone: string;
}

const MB = 1024 * 1024;
const LITTLE_MB = 200;
const HOUR_MS = 3_600_000;
const LONG_WAIT_MS = HOUR_MS;
const OLD_DATA_MS = 24 * HOUR_MS;
const CLOCK_OFF_MS = 5 * 60_000;
/** As the next contact asks for more. */
const FEW_CODES = 20;

const megabytes = (bytes: number): number => Math.round(bytes / MB);
const well = (name: string, value: string): CheckLine => ({ name, value, tone: 'ok', advice: null });

export function storageLines({ used, quota, persisted }: Storage): CheckLine[] {
	const isFull = used !== null && quota !== null && quota - used < LITTLE_MB * MB;
	const value =
		used === null || quota === null
			? m.device_storage_unsaid()
			: m.device_storage_used_of({ used: megabytes(used), quota: megabytes(quota) });
	return [
		{
			...{ name: m.device_storage_used(), value, tone: isFull ? 'no' : 'ok' },
			advice: isFull ? m.device_storage_full() : null
		},
		persisted
			? well(m.device_storage_kept(), m.device_storage_is_kept())
			: {
					...{ name: m.device_storage_kept(), value: m.device_storage_not_kept(), tone: 'warn' },
					advice: m.device_storage_not_kept_do()
				}
	];
}

export function queueLines(status: SyncStatus, here: Here): CheckLine[] {
	const { pending, oldestPendingAt, rejected, lostScans = 0 } = status;
	const isLong = oldestPendingAt !== null && here.now - Date.parse(oldestPendingAt) > LONG_WAIT_MS;
	const lines: CheckLine[] = [];
	if (lostScans > 0) {
		const advice = m.device_lost({ count: lostScans });
		lines.push({ name: m.device_queue(), value: String(lostScans), tone: 'no', advice });
	}
	if (pending === 0) lines.push(well(m.device_queue_pending(), m.device_queue_none()));
	else {
		const advice = isLong ? m.device_queue_old_do() : m.device_queue_waits_do();
		lines.push({ name: m.device_queue_pending(), value: String(pending), tone: isLong ? 'no' : 'warn', advice });
		if (oldestPendingAt !== null)
			lines.push({
				...{ name: m.device_queue_oldest(), value: timed(oldestPendingAt, here) },
				...{ tone: isLong ? 'no' : 'ok', advice: null }
			});
	}
	lines.push(
		rejected === 0
			? well(m.device_queue_refused(), m.device_queue_no_refused())
			: {
					...{ name: m.device_queue_refused(), value: String(rejected), tone: 'warn' },
					advice: m.device_queue_refused_do()
				}
	);
	return lines;
}

/**
 * @param offset milliseconds that this phone's clock is late; null: not known
 * @param codesLeft null: not read yet
 */
export function serverLines(
	status: SyncStatus,
	{ offset, codesLeft }: { offset: number | null; codesLeft: number | null },
	here: Here
): CheckLine[] {
	const lines = [connectionLine(status, here), dataLine(status.dataAt, here)];
	if (codesLeft !== null) {
		const isFew = codesLeft < FEW_CODES;
		const advice = isFew ? m.device_sync_codes_do() : null;
		lines.push({ name: m.device_sync_codes(), value: String(codesLeft), tone: isFew ? 'warn' : 'ok', advice });
	}
	if (offset !== null) lines.push(clockLine(offset));
	lines.push(sameLine(status.headMatches));
	return lines;
}

function connectionLine({ connection, offlineSince }: SyncStatus, { now }: Here): CheckLine {
	const name = m.device_sync_line();
	if (connection !== 'offline') return well(name, m.device_sync_online());
	const age = offlineSince && ageWords(offlineSince, now);
	const value = age ? m.device_sync_offline({ age }) : m.device_sync_offline_now();
	return { name, value, tone: 'warn', advice: m.device_sync_offline_do() };
}

function dataLine(dataAt: string | null, here: Here): CheckLine {
	const isOld = dataAt === null || here.now - Date.parse(dataAt) > OLD_DATA_MS;
	return {
		name: m.device_sync_data(),
		value: dataAt === null ? m.device_sync_never() : timed(dataAt, here),
		tone: isOld ? 'warn' : 'ok',
		advice: isOld ? m.device_sync_old_do() : null
	};
}

function clockLine(offset: number): CheckLine {
	const name = m.device_sync_clock();
	const seconds = Math.round(Math.abs(offset) / 1000);
	if (seconds < 2) return well(name, m.device_sync_clock_right());
	const time = spanWords(seconds);
	const value = offset > 0 ? m.device_sync_clock_late({ time }) : m.device_sync_clock_early({ time });
	const isOff = Math.abs(offset) >= CLOCK_OFF_MS;
	return { name, value, tone: isOff ? 'warn' : 'ok', advice: isOff ? m.device_sync_clock_do() : null };
}

function sameLine(headMatches: boolean | null): CheckLine {
	const name = m.device_sync_same();
	if (headMatches === null) return well(name, m.device_sync_same_unknown());
	if (headMatches) return well(name, m.floor_device_same());
	return { name, value: m.floor_device_different(), tone: 'warn', advice: m.device_sync_same_no_do() };
}

function timed(iso: string, { now, timeZone }: Here): string {
	const time = timeWords(iso, timeZone, now);
	const age = ageWords(iso, now);
	return age ? m.device_sync_data_at({ time, age }) : time;
}

function spanWords(seconds: number): string {
	if (seconds < 120) return m.device_seconds({ count: seconds });
	if (seconds < 2 * 3600) return m.device_minutes({ count: Math.round(seconds / 60) });
	if (seconds < 48 * 3600) return m.device_hours({ count: Math.round(seconds / 3600) });
	return m.device_days({ count: Math.round(seconds / 86_400) });
}

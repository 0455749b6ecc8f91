/** The machine and the database as they are at this moment: processor, memory, disks, connections, queues. */
import { statfsSync } from 'node:fs';
import { cpus, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { mailFigures } from '#lib/server/mail-figures.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import type { Metrics } from './metrics.ts';

export function setServerFigures(metrics: Metrics, world: Pick<ServerWorld, 'store' | 'settings' | 'clock'>): void {
	setMachine(metrics);
	setDisks(metrics, world.settings);
	const { store } = world;
	metrics
		.gauge('wms_db_connections_active', 'Open connections to the database: the writer, and those that only read.')
		.set(store.connections());
	const { waiting, groups, faults, slowestGroupMs } = store.writerStats();
	metrics.gauge('wms_db_writes_waiting', 'Writes that wait for the next transaction.').set(waiting);
	const done = metrics.gauge('wms_db_transactions', 'Group transactions since the start.', ['result']);
	done.set({ result: 'committed' }, groups);
	done.set({ result: 'failed' }, faults);
	metrics.gauge('wms_db_slowest_transaction_seconds', 'The slowest one since the start.').set(slowestGroupMs / 1000);

	const mail = mailFigures(world);
	const messages = metrics.gauge('wms_mail_messages', 'Messages of the mail queue, by state.', ['state']);
	for (const [state, count] of Object.entries(mail.states)) messages.set({ state }, count);
	metrics
		.gauge('wms_mail_overdue_seconds', 'How long the message that is due longest waits for delivery.')
		.set(mail.overdueSeconds);
}

function setMachine(metrics: Metrics): void {
	const seconds = { busy: 0, idle: 0 };
	for (const { times } of cpus()) {
		const { idle, ...busy } = times;
		seconds.idle += idle / 1000;
		for (const ms of Object.values(busy)) seconds.busy += ms / 1000;
	}
	const processor = metrics.gauge('wms_host_cpu_seconds', 'Seconds of all processors since the machine started.', [
		'mode'
	]);
	processor.set({ mode: 'busy' }, seconds.busy);
	processor.set({ mode: 'idle' }, seconds.idle);
	const memory = metrics.gauge('wms_host_memory_bytes', 'The memory of the machine.', ['state']);
	memory.set({ state: 'total' }, totalmem());
	memory.set({ state: 'available' }, freemem());
}

/** A folder that is not there has no figures. */
function setDisks(metrics: Metrics, { databaseFile, backupDir, logDir }: ServerWorld['settings']): void {
	const disks = metrics.gauge('wms_disk_bytes', 'The disk under a folder of ours.', ['folder', 'state']);
	const folders = { database: dirname(databaseFile), backups: backupDir, logs: logDir };
	for (const [folder, path] of Object.entries(folders)) {
		if (path === null) continue;
		try {
			const { blocks, bavail, bsize } = statfsSync(path);
			disks.set({ folder, state: 'total' }, blocks * bsize);
			disks.set({ folder, state: 'free' }, bavail * bsize);
		} catch {
			disks.remove({ folder, state: 'total' });
			disks.remove({ folder, state: 'free' });
		}
	}
}

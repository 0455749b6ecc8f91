/** Which way mail goes: as the settings say, but never out of a staging copy. */
import { sql } from '#lib/server/store/sql.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { brevoTransport } from './brevo-transport.ts';
import { logTransport } from './log-transport.ts';
import { smtpTransport } from './smtp-transport.ts';
import type { Transport } from './transport.ts';

type Place = Pick<ServerWorld, 'settings' | 'store' | 'log'>;

/** `restore --as-staging` made this database: whoever is in it must not be written to. */
export const isStaging = ({ store }: Pick<Place, 'store'>): boolean =>
	store.read((db) => sql<{ staging: number }>(db, 'SELECT staging FROM sync_meta WHERE id = 1').get()?.staging === 1);

export function openTransport({ settings, store, log }: Place): Transport {
	const { delivery } = settings.mail;
	if (delivery.kind === 'log') return logTransport(log, delivery.folder);
	if (isStaging({ store })) return logTransport(log, null);
	return delivery.kind === 'smtp' ? smtpTransport(delivery.url) : brevoTransport(delivery.endpoint, delivery.apiKey);
}

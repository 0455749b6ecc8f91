/** Which way mail goes: as the settings say, but never out of a staging copy. */
import { sql } from '#lib/server/store/sql.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { brevoTransport } from './brevo-transport.ts';
import { logTransport } from './log-transport.ts';
import { smtpTransport } from './smtp-transport.ts';
import type { Transport } from './transport.ts';

type Place = Pick<ServerWorld, 'settings' | 'store' | 'log'>;

/** `restore --as-staging` made this database: whoever is in it must not be written to. */
const isStaging = ({ store }: Pick<Place, 'store'>): boolean =>
	store.read((db) => sql<{ staging: number }>(db, 'SELECT staging FROM sync_meta WHERE id = 1').get()?.staging === 1);

/** `staging`: by whatever the settings say, if this were no copy. */
export type MailWay = 'smtp' | 'brevo' | 'log' | 'staging';

export function mailWay({ settings, store }: Omit<Place, 'log'>): MailWay {
	const { kind } = settings.mail.delivery;
	return kind !== 'log' && isStaging({ store }) ? 'staging' : kind;
}

/** Whether a message reaches somebody: what is only logged does not; what a developer finds in `MAIL_FOLDER` does. */
export function doesMailArrive({ settings, store }: Omit<Place, 'log'>): boolean {
	const { delivery } = settings.mail;
	return delivery.kind === 'log' ? delivery.folder !== null : !isStaging({ store });
}

export function openTransport({ settings, store, log }: Place): Transport {
	const { delivery } = settings.mail;
	if (delivery.kind === 'log') return logTransport(log, delivery.folder);
	if (isStaging({ store })) return logTransport(log, null);
	return delivery.kind === 'smtp' ? smtpTransport(delivery.url) : brevoTransport(delivery.endpoint, delivery.apiKey);
}

/**
 * Delivery to the log: nothing leaves the machine, and the log says ids only. A developer may have the messages as `.eml`
 * files in a folder, as a mail program opens them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Log } from '#lib/server/log.ts';
import { makeFolder } from '#lib/server/make-folder.ts';
import { DeliveryFailed, type Transport } from './transport.ts';

/** @param folder null: no files */
export const logTransport = (log: Log, folder: string | null): Transport => ({
	kind: 'log',
	deliver: async ({ id, messageId, from, to, subject, text, html, headers, date }) => {
		if (folder !== null) {
			const written = await createTransport({ streamTransport: true, buffer: true, newline: 'unix' }).sendMail({
				...{ from, to: { name: '', address: to }, subject, text, html, date },
				messageId: `<${messageId}>`,
				headers: { ...headers }
			});
			try {
				makeFolder(folder, 0o700);
				writeFileSync(join(folder, `${id}.eml`), written.message as Buffer, { mode: 0o600 });
			} catch (error) {
				throw new DeliveryFailed((error as NodeJS.ErrnoException).code ?? 'failed', 'MAIL_FOLDER cannot be written.');
			}
		}
		log.info({ event: 'mail_to_log', mail: id });
	}
});

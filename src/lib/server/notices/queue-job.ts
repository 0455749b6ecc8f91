/** Queues what a job or a form composed, a few at a time, and tells what of it is new: a preview asks the same and queues nothing. */
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { queueMails, type Mail } from '#lib/server/mail/mail-queue.ts';
import type { NoticeSettings } from './notice-text.ts';

/** Messages in one write or reading. */
const CHUNK = 200;

/** Those that were not queued before. */
export async function freshMails(reader: PrismaClient, mails: readonly Mail[]): Promise<Mail[]> {
	const queued = new Set<string>();
	for (const chunk of chunks(mails)) {
		const found = await reader.mailMessage.findMany({
			where: { noticeKey: { in: chunk.map(({ key }) => key) } },
			select: { noticeKey: true }
		});
		for (const { noticeKey } of found) queued.add(noticeKey);
	}
	return mails.filter(({ key }) => !queued.has(key));
}

/** @returns how many were not queued before */
export async function queueAll(
	store: Pick<Store, 'write'>,
	mails: readonly Mail[],
	settings: NoticeSettings,
	now: Date
): Promise<number> {
	let queued = 0;
	for (const chunk of chunks(mails))
		queued += await store.write((db) => queueMails(db, chunk, settings, now.toISOString()));
	return queued;
}

const chunks = (mails: readonly Mail[]): Mail[][] =>
	Array.from({ length: Math.ceil(mails.length / CHUNK) }, (_, n) => mails.slice(n * CHUNK, (n + 1) * CHUNK));

/**
 * A shipment's status changed: whoever asked for it gets one message, queued in the transaction of the mutation that changed
 * it. What a mutation changes twice is told once: from where it was before to where it is after it.
 */
import type { World } from '#lib/domain/decision.ts';
import type { ShipmentRow, ShipmentStatus, TimelineRow } from '#lib/domain/rows.ts';
import { shipmentRow } from '#lib/server/desk/records.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import type { Database } from '#lib/server/store/store-port.ts';
import { queueMails, type Mail } from '#lib/server/mail/mail-queue.ts';
import { mailTo } from './notice-mail.ts';
import type { NoticeSettings } from './notice-text.ts';
import { reached, readSubscribers, subscribersInStore } from './subscribers.ts';

export interface StatusChange {
	uid: string;
	/** Null: nobody's account. */
	personId: string | null;
	shipment: ShipmentRow;
	from: ShipmentStatus;
	/** When it happened, ISO. */
	at: string;
}

/** What one mutation changed, compared with the world before it. A shipment that it created has changed from nothing. */
export function statusChanges(
	before: World,
	changes: { shipments: readonly ShipmentRow[]; timeline: readonly TimelineRow[] },
	by: { uid: string; personId: string | null; receivedAt: string }
): StatusChange[] {
	return changes.shipments.flatMap((shipment): StatusChange[] => {
		const was = before.shipments.get(shipment.id)?.status;
		if (was === undefined || was === shipment.status) return [];
		const entry = changes.timeline.findLast(({ shipmentId }) => shipmentId === shipment.id);
		return [{ uid: by.uid, personId: by.personId, shipment, from: was, at: entry?.occurredAt ?? by.receivedAt }];
	});
}

/** Inside the mutation's transaction: where it is rolled back, there is no message. */
export function queueStatusNotices(
	db: Database,
	changes: readonly StatusChange[],
	settings: NoticeSettings,
	receivedAt: string
): void {
	for (const { uid, personId, shipment, from, at } of changes) {
		const meant = reached(subscribersInStore(db, 'status', shipment), shipment, personId);
		const cause = { mutationUid: uid, shipmentId: shipment.id, personId };
		const mails = meant.map((one) =>
			mailTo(one, `status:${uid}:${shipment.id}`, { kind: 'status', shipment, from, at }, settings, cause)
		);
		queueMails(db, mails, settings, receivedAt);
	}
}

/** The status that a shipment has now, for whoever was not told: once for each cycle and status. */
export async function statusNowMails(
	reader: PrismaClient,
	shipmentId: string,
	settings: NoticeSettings,
	now: Date
): Promise<Mail[]> {
	const record = await reader.shipment.findUnique({ where: { id: shipmentId } });
	if (record === null || record.archivedAt !== null) return [];
	const shipment = shipmentRow(record);
	const about = `status.now:${shipment.id}:${shipment.cycle}:${shipment.status}`;
	const at = shipment.latestStepAt ?? now.toISOString();
	return reached(await readSubscribers(reader, 'status'), shipment).map((one) =>
		mailTo(one, about, { kind: 'status_now', shipment, at }, settings, { shipmentId })
	);
}

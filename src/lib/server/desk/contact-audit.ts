/**
 * [P7] Runs the audit of contacts on the database: reads it through the read-only client, and mends through commands of the
 * job `audit-contacts`, so that what it changed stands in the log like everybody's work.
 */
import { auditContacts, type AuditIssue } from '#lib/domain/contact-audit.ts';
import type { PrismaClient } from '#lib/server/prisma/client.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { newUuid } from '#lib/server/uuid.ts';
import { contactRow, destinationRow, shipmentRow } from './records.ts';

export async function readAudit(reader: PrismaClient, defaultShipper: string): Promise<AuditIssue[]> {
	const [contacts, destinations, shipments] = await Promise.all([
		reader.contact.findMany({ orderBy: [{ name: 'asc' }, { id: 'asc' }] }),
		reader.destination.findMany({ orderBy: [{ city: 'asc' }, { id: 'asc' }] }),
		reader.shipment.findMany({ where: { archivedAt: null, closedAt: null }, orderBy: { createdAt: 'asc' } })
	]);
	return auditContacts({
		contacts: contacts.map(contactRow),
		destinations: destinations.map(destinationRow),
		shipments: shipments.map(shipmentRow),
		defaultShipper
	});
}

export interface Mended {
	applied: AuditIssue[];
	/** What stands after it. */
	left: AuditIssue[];
}

/**
 * Gives every command that mends something, reading anew after each round: one contact can be the cause of several issues.
 * A command that is refused is not given again; its issue is left.
 */
export async function mendContacts(
	store: Pick<Store, 'runByJob'>,
	reader: PrismaClient,
	defaultShipper: string
): Promise<Mended> {
	const applied: AuditIssue[] = [];
	const tried = new Set<string>();
	for (;;) {
		const left = await readAudit(reader, defaultShipper);
		const round = new Map<string, AuditIssue>();
		for (const issue of left) {
			const contactId = issue.contact?.id ?? '';
			if (issue.fix !== null && !round.has(contactId) && !tried.has(JSON.stringify(issue.fix)))
				round.set(contactId, issue);
		}
		if (round.size === 0) return { applied, left };
		for (const issue of round.values()) {
			tried.add(JSON.stringify(issue.fix));
			const verdict = await store.runByJob({ job: 'audit-contacts', command: issue.fix!, uid: newUuid() });
			if (verdict.status === 'ok') applied.push(issue);
		}
	}
}

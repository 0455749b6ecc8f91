/**
 * `ops audit-contacts` [P7]: lists contacts whose scope is inconsistent and live shipments whose parties are out of scope.
 * Beside a running server it only reads; `--apply` mends what has one right answer and says what it left.
 */
import { existsSync } from 'node:fs';
import { codeOf, type AuditIssue } from '#lib/domain/contact-audit.ts';
import { referenceOf } from '#lib/domain/refuse.ts';
import { sentence } from '#lib/domain/sentences.ts';
import { readSettings, type Settings } from '#lib/server/config.ts';
import { mendContacts, readAudit, type Mended } from '#lib/server/desk/contact-audit.ts';
import { createServerWorld } from '#lib/server/server-world.ts';
import { openReadClient } from '#lib/server/store/read-client.ts';
import { StartRefusal } from '#lib/server/store/start-refusal.ts';
import type { OpsCommand, Outcome } from '../command.ts';

export const auditContacts: OpsCommand = {
	options: {
		apply: { type: 'boolean', about: 'mend what has one right answer; the server must be stopped' },
		'fail-on-issues': { type: 'boolean', about: 'exit code 1 if anything is left' }
	},
	run: async ({ apply, 'fail-on-issues': failOnIssues }) => {
		const settings = readSettings();
		if (!existsSync(settings.databaseFile))
			throw new StartRefusal('missing', settings.databaseFile, 'there is no database.', 'Make it with ops migrate.');
		const mended = apply === true ? await mend(settings) : { applied: [], left: await read(settings) };
		return told(mended, apply === true, failOnIssues === true);
	}
};

async function read({ databaseFile, defaultShipper }: Settings): Promise<AuditIssue[]> {
	const reader = openReadClient(databaseFile);
	try {
		return await readAudit(reader, defaultShipper);
	} finally {
		await reader.$disconnect();
	}
}

/** @throws StartRefusal while a server holds the database */
async function mend(settings: Settings): Promise<Mended> {
	const world = await createServerWorld(settings);
	try {
		return await mendContacts(world.store, world.reader, settings.defaultShipper);
	} finally {
		await world.close();
	}
}

function told({ applied, left }: Mended, isApplied: boolean, failOnIssues: boolean): Outcome {
	const mendable = left.filter(({ fix }) => fix !== null).length;
	const lines = [
		...applied.map((issue) => `Mended: ${said(issue)}`),
		...left.map(
			(issue) => `${isApplied ? 'Left' : issue.fix === null ? 'Found' : 'Found, can be mended'}: ${said(issue)}`
		),
		left.length === 0 ? 'Contacts are consistent.' : `${left.length} left, for somebody to decide.`
	];
	if (!isApplied && left.length > 0) lines.splice(-1, 1, `${left.length} found; --apply mends ${mendable} of them.`);
	return {
		exitCode: failOnIssues && left.length > 0 ? 1 : 0,
		lines,
		json: { issues: left.map(record), applied: applied.map(record) }
	};
}

const record = (issue: AuditIssue) => ({
	code: codeOf(issue),
	kind: issue.kind,
	contactId: issue.contact?.id ?? null,
	destinationId: issue.destination?.id ?? null,
	shipmentId: issue.shipment?.id ?? null,
	mendable: issue.fix !== null,
	says: said(issue)
});

function said({ kind, contact, destination, shipment, rejection, fix }: AuditIssue): string {
	const name = contact?.name ?? '';
	const place = destination ? `${destination.iata} ${destination.city}` : '';
	switch (kind) {
		case 'correspondent_missing':
			return `${place} configures a correspondent that does not exist. Choose another one.`;
		case 'correspondent_inactive':
			return `${place} configures ${name}, who is inactive. Choose another one, or activate it again.`;
		case 'correspondent_without_role':
			return `${place} configures ${name}, who lacks the role correspondent. It gets the role.`;
		case 'correspondent_out_of_scope':
			return `${place} configures ${name}, who does not serve it. It serves it from now on.`;
		case 'recipient_without_shipper':
			return fix === null
				? `${name} is a recipient without linked shippers. Choose them.`
				: `${name} is a recipient without linked shippers. The default shipper is linked to it.`;
		case 'parties_out_of_scope':
			return `Shipment ${shipment ? referenceOf(shipment) : ''}: ${rejection ? sentence(rejection, 'en') : ''} Edit it, or widen the scope.`;
	}
}

import { redirect } from '@sveltejs/kit';
import { progressOf } from '#lib/domain/progress.ts';
import { SHIPMENT_STATUSES } from '#lib/domain/rows.ts';
import { roleReaches, ROLE_NEEDED } from '#lib/domain/roles.ts';
import { refuse } from '#lib/domain/refuse.ts';
import { follows } from '#lib/protocol/desk-topics.ts';
import { loginAddress, sayingIn } from '#lib/server/desk/desk.ts';
import { destinationName } from '#lib/server/desk/destination-name.ts';
import { listQuery, readShipmentList } from '#lib/server/desk/shipment-list.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends(...follows('shipments'));
	if (!locals.person) redirect(303, loginAddress(url));
	const { reader, store } = locals.world;
	const query = listQuery(url.searchParams);
	const { rows, ...list } = await readShipmentList(reader, query);
	const destination = destinationName(store, query.destinationId);
	const needed = ROLE_NEEDED['shipment.create'];
	return {
		...list,
		key: url.searchParams.toString(),
		now: new Date().toISOString(),
		query,
		filtered: query.status !== null || destination !== null || query.search !== '',
		destination,
		statuses: [...SHIPMENT_STATUSES, 'disputed' as const, 'closed' as const],
		createRefusal: roleReaches(locals.person.role, needed)
			? null
			: sayingIn(store.siteTimeZone)(refuse('forbidden', { role: needed })),
		rows: rows.map(({ shipment, version }) => ({
			id: shipment.id,
			version,
			reference: shipment.reference ?? shipment.temporaryReference ?? '',
			temporary: shipment.reference === null,
			progress: progressOf(shipment),
			cycle: shipment.cycle,
			iata: shipment.destinationIata,
			city: shipment.destinationCity,
			country: shipment.destinationCountry,
			shipper: shipment.shipper?.name ?? null,
			recipient: shipment.recipient?.name ?? null,
			requestedOn: shipment.requestedOn,
			createdAt: shipment.createdAt
		}))
	};
};

import { redirect } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import { progressOf } from '#lib/domain/progress.ts';
import { readCarton } from '#lib/server/desk/carton-page.ts';
import { loginAddress } from '#lib/server/desk/desk.ts';
import { error } from '../../expected-error.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url, depends }) => {
	depends('escale:desk');
	if (!locals.person) redirect(303, loginAddress(url));
	const reading = await readCarton(locals.world.reader, params.code);
	if (reading === null) error(404, m.desk_carton_unknown());
	const { shipment, ...rest } = reading;
	return {
		...rest,
		shipment: shipment && {
			id: shipment.id,
			reference: shipment.reference ?? shipment.temporaryReference ?? '',
			iata: shipment.destinationIata,
			city: shipment.destinationCity,
			country: shipment.destinationCountry,
			progress: progressOf(shipment)
		}
	};
};

import { redirect } from '@sveltejs/kit';
import { follows } from '#lib/protocol/desk-topics.ts';
import { destinationQuery, readDestinations } from '#lib/server/desk/contact-list.ts';
import { loginAddress, roleRefusal } from '#lib/server/desk/desk.ts';
import { contactNames } from '#lib/server/desk/party-pages.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends(...follows('contacts', 'destinations'));
	if (!locals.person) redirect(303, loginAddress(url));
	const { reader } = locals.world;
	const query = destinationQuery(url.searchParams);
	const { rows, ...list } = await readDestinations(reader, query);
	const names = await contactNames(
		reader,
		rows.flatMap(({ correspondentId }) => correspondentId ?? [])
	);
	return {
		...list,
		query,
		createRefusal: roleRefusal(locals.person.role, 'destination.save'),
		rows: rows.map(({ id, city, iata, country, correspondentId, active }) => ({
			...{ id, city, iata, country, active },
			correspondent: names.get(correspondentId ?? '') ?? null
		}))
	};
};

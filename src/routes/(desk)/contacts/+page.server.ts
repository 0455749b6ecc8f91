import { redirect } from '@sveltejs/kit';
import { follows } from '#lib/protocol/desk-topics.ts';
import { contactQuery, readContacts } from '#lib/server/desk/contact-list.ts';
import { loginAddress, roleRefusal } from '#lib/server/desk/desk.ts';
import { placeChoices } from '#lib/server/desk/party-pages.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends(...follows('contacts', 'destinations'));
	if (!locals.person) redirect(303, loginAddress(url));
	const { reader } = locals.world;
	const query = contactQuery(url.searchParams);
	const [{ rows, ...list }, places] = await Promise.all([readContacts(reader, query), placeChoices(reader)]);
	const nameOf = new Map(places.map(({ id, iata }) => [id, iata]));
	return {
		...list,
		query,
		filtered: query.search !== '' || query.role !== null || query.destinationId !== null || query.state !== 'active',
		places: places.map(({ id, name }) => ({ id, name })),
		createRefusal: roleRefusal(locals.person.role, 'contact.save'),
		rows: rows.map(({ id, name, structure, roles, destinationIds, active }) => ({
			...{ id, name, structure, roles, active },
			/** Empty: everywhere. */
			serves: destinationIds.map((each) => nameOf.get(each) ?? '')
		}))
	};
};

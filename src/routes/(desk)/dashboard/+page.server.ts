import { redirect } from '@sveltejs/kit';
import { exportRefusal } from '#lib/server/desk/board-sheet.ts';
import { FIGURES } from '#lib/server/desk/dashboard-figures.ts';
import { askDashboard, figuresOf, madeWords } from '#lib/server/desk/dashboard-page.ts';
import { PERIODS } from '#lib/server/desk/dashboard-query.ts';
import { loginAddress } from '#lib/server/desk/desk.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends('escale:desk');
	if (!locals.person) redirect(303, loginAddress(url));
	const { world, person } = locals;
	const reading = await askDashboard(world, person.personId, url.searchParams);
	const { query, destination, destinations, warnings, numbers } = reading;
	const figures = figuresOf(reading);
	return {
		asOf: numbers.asOf,
		query: { period: query.period, from: query.from, until: query.until, typed: query.typed },
		periods: [...PERIODS],
		destination: destination?.id ?? null,
		destinations,
		warnings,
		figures: FIGURES.map((name) => figures[name]),
		/** Which days, which destination, counted when: for paper. */
		made: madeWords(reading, world.store.siteTimeZone),
		exportRefusal: exportRefusal(person.role)
	};
};

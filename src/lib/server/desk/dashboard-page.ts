/**
 * What the dashboard's page and its downloads ask of a request: the period and destination of the address, the numbers kept
 * for this person, and the words for what was asked in vain.
 */
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { siteWallTime, type Sheet } from '#lib/server/export/sheet.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { readDashboard, type DashboardNumbers } from './dashboard.ts';
import { dashboardFigures, type Figure } from './dashboard-figures.ts';
import { dashboardQuery, MOST_DAYS, type DashboardQuery } from './dashboard-query.ts';

export interface Destination {
	id: string;
	name: string;
}

export interface DashboardReading {
	query: DashboardQuery;
	destinations: Destination[];
	/** Null: all, also where the one that was asked for does not exist. */
	destination: Destination | null;
	/** What was asked for and is not shown, in words. */
	warnings: string[];
	numbers: DashboardNumbers;
}

/** Counted at most once a minute for a person and what they ask; nobody is given another one's numbers. */
export async function askDashboard(
	{ reader, store, dashboards, clock }: Pick<ServerWorld, 'reader' | 'store' | 'dashboards' | 'clock'>,
	personId: string,
	params: URLSearchParams
): Promise<DashboardReading> {
	const { siteTimeZone } = store;
	const now = clock();
	const query = dashboardQuery(params, now.toISOString(), siteTimeZone);
	const records = await reader.destination.findMany({ orderBy: { iata: 'asc' } });
	const destinations = records.map(({ id, iata, city }) => ({ id, name: `${iata} ${city}` }));
	const destination = destinations.find(({ id }) => id === query.destinationId) ?? null;
	const span = { from: query.from, until: query.until, destinationId: destination?.id ?? null };
	const numbers = await dashboards.get(personId, [span.from, span.until, span.destinationId], () =>
		readDashboard(reader, span, siteTimeZone, now)
	);
	return { query, destinations, destination, warnings: warningsOf(query, destination), numbers };
}

function warningsOf(
	{ wrongPeriod, wrongSpan, typed, destinationId }: DashboardQuery,
	found: Destination | null
): string[] {
	const warnings: string[] = [];
	if (wrongPeriod !== null) warnings.push(m.dashboard_wrong_period({ period: wrongPeriod }));
	if (wrongSpan === 'no_date') warnings.push(m.dashboard_wrong_no_date(typed));
	if (wrongSpan === 'incomplete') warnings.push(m.dashboard_wrong_incomplete());
	if (wrongSpan === 'reversed') warnings.push(m.dashboard_wrong_reversed(typed));
	if (wrongSpan === 'too_long') warnings.push(m.dashboard_wrong_too_long({ days: MOST_DAYS }));
	if (destinationId !== null && found === null) warnings.push(m.dashboard_wrong_destination());
	return warnings;
}

export const figuresOf = ({ numbers, destination }: DashboardReading) =>
	dashboardFigures(numbers, destination?.id ?? null);

/** Below a title on paper: which days, which destination, counted when. */
export function madeWords({ query, destination, numbers }: DashboardReading, siteTimeZone: string): string {
	return m.dashboard_made({
		span: `${query.first} – ${query.last}`,
		destination: destination?.name ?? m.dashboard_all_destinations(),
		time: siteWallTime(numbers.asOf, siteTimeZone),
		zone: siteTimeZone
	});
}

/** A figure's table, to be written as CSV. */
export function figureSheet(figure: Figure, made: string, siteTimeZone: string): Sheet {
	const [first = '', ...counts] = figure.columns;
	return {
		title: figure.title,
		filters: [],
		made,
		columns: [
			{ name: first, kind: 'text', width: 1 },
			...counts.map((name) => ({ name, kind: 'number' as const, width: 1 }))
		],
		count: figure.rows.length,
		rows: cellsOf(figure),
		siteTimeZone,
		locale: getLocale()
	};
}

async function* cellsOf({ rows }: Figure) {
	for (const { label, note, values } of rows) yield [note === null ? label : `${label} (${note})`, ...values];
}

/**
 * The board as a sheet to export: its filters and its order, every column whatever the screen has room for, in the words of
 * the reader's language.
 */
import { progressLabel, type Locale } from '#lib/domain/labels.ts';
import { progressOf } from '#lib/domain/progress.ts';
import type { Role } from '#lib/domain/rows.ts';
import { formatWeek } from '#lib/domain/week.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { siteWallTime, type Cell, type Column, type Sheet } from '#lib/server/export/sheet.ts';
import { boardFacts } from './board-entry.ts';
import type { BoardQuery } from './board-query.ts';
import { managersOnly } from './desk.ts';
import { destinationName } from './destination-name.ts';
import { readWholeBoard, type BoardShipment, type BoardSource } from './board.ts';

/** [§9] Exports are a manager's. @returns why this person may not, or null */
export const exportRefusal = (role: Role): string | null => managersOnly(role);

export function boardSheet(source: BoardSource, query: BoardQuery, siteTimeZone: string, now: Date): Sheet {
	const { count, rows } = readWholeBoard(source, query, siteTimeZone, now);
	const locale = getLocale();
	return {
		title: m.desk_board_title(),
		filters: filterWords(query, destinationName(source, query.destinationId)),
		made: m.lists_export_made({ time: siteWallTime(now.toISOString(), siteTimeZone), zone: siteTimeZone }),
		columns: columns(),
		count,
		rows: cellsOf(rows, now.toISOString(), locale),
		siteTimeZone,
		locale
	};
}

function columns(): Column[] {
	const text = (name: string, width = 0): Column => ({ name, kind: 'text', width });
	const time = (name: string, width = 8): Column => ({ name, kind: 'time', width });
	return [
		text(m.desk_col_reference(), 6),
		text(m.desk_col_status(), 10),
		{ name: m.desk_col_cartons(), kind: 'number', width: 4 },
		{ name: m.lists_col_cycle(), kind: 'number', width: 0 },
		text('IATA', 4),
		text(m.lists_col_city(), 8),
		text(m.lists_col_country()),
		text(m.desk_field_label_shipper(), 15),
		text(m.desk_field_label_recipient(), 15),
		time(m.desk_stop_planned()),
		time(m.desk_stop_boarding()),
		time(m.desk_stop_shipped(), 0),
		time(m.desk_stop_received()),
		time(m.desk_stop_delivered()),
		{ name: m.lists_col_late(), kind: 'number', width: 5 },
		text(m.lists_col_dispute()),
		time(m.lists_col_closed(), 0)
	];
}

async function* cellsOf(rows: AsyncIterable<BoardShipment>, now: string, locale: Locale): AsyncGenerator<Cell[]> {
	for await (const row of rows) {
		const entry = boardFacts(row, now);
		yield [
			entry.reference,
			progressLabel(progressOf(row.shipment), locale),
			entry.cartonsTotal,
			entry.cycle,
			entry.iata,
			entry.city,
			row.shipment.destinationCountry,
			entry.shipper,
			entry.recipient,
			...entry.stamps.map(({ at }) => at),
			entry.late?.hours ?? null,
			entry.disputeReason,
			entry.closedAt
		];
	}
}

/** Which rows these are, for whoever finds the page on a desk. */
function filterWords({ week, closed, lateOnly, search }: BoardQuery, destination: string | null): string[] {
	const words = week === null ? [] : [`${m.desk_week()} ${formatWeek(week)}`];
	words.push(closed === 'all' ? m.desk_closed_shown() : m.desk_closed_hidden());
	if (lateOnly) words.push(m.desk_late_only());
	if (destination !== null) words.push(m.lists_filter_destination({ name: destination }));
	if (search !== '') words.push(m.lists_filter_search({ text: search }));
	return words;
}

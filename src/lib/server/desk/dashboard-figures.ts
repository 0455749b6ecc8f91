/**
 * The dashboard's figures in the words of the reader's language: each a title, a sentence that says what there is to see, a
 * table whose lines lead to the list that explains them, and the drawing of the same numbers.
 */
import { cartonStatusLabel, shipmentStatusLabel } from '#lib/domain/labels.ts';
import { CARTON_STATUSES, SHIPMENT_STATUSES } from '#lib/domain/rows.ts';
import { parseWeek } from '#lib/domain/week.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { barChart, columnChart, type Drawing } from './chart-shapes.ts';
import { WAITING, type DashboardNumbers, type Waiting } from './dashboard.ts';

export const FIGURES = ['waiting', 'shipments', 'boardings', 'cartons'] as const;
export type FigureName = (typeof FIGURES)[number];

export interface Figure {
	name: FigureName;
	title: string;
	/** What is counted, and how the period reads. */
	hint: string;
	summary: string;
	/** What solid and hatched mean; empty where there is one kind. */
	legend: { fill: 'solid' | 'hatched'; name: string }[];
	drawing: Drawing;
	columns: string[];
	rows: { label: string; note: string | null; values: number[]; href: string | null }[];
}

const BOARD = '/scan/shipments-tracking';

/** @param destinationId what the lists that explain are narrowed to, where they can be */
export function dashboardFigures(numbers: DashboardNumbers, destinationId: string | null): Record<FigureName, Figure> {
	return {
		waiting: waiting(numbers.waiting, destinationId),
		shipments: shipments(numbers.shipments, destinationId),
		boardings: boardings(numbers.boardings, destinationId),
		cartons: cartons(numbers.cartons)
	};
}

/** The lists know the same filter. */
const narrowed = (list: string, destinationId: string | null): string =>
	destinationId === null ? list : `${list}&destination=${encodeURIComponent(destinationId)}`;

function waiting(counts: DashboardNumbers['waiting'], destinationId: string | null): Figure {
	const rows = WAITING.map((what) => {
		const { total, inPeriod } = counts[what];
		return {
			label: waitingName(what),
			note: null,
			values: [inPeriod, total - inPeriod, total],
			href: narrowed(WAITING_LISTS[what], destinationId)
		};
	});
	const late = counts.boarding_late.total + counts.reception_late.total + counts.delivery_late.total;
	const [disputed, closable] = [counts.disputed.total, counts.closable.total];
	return {
		name: 'waiting',
		title: m.dashboard_waiting(),
		hint: m.dashboard_waiting_hint(),
		summary:
			late + disputed + closable === 0
				? m.dashboard_waiting_none()
				: [
						m.dashboard_late({ count: late }),
						m.dashboard_disputed({ count: disputed }),
						m.dashboard_closable({ count: closable })
					].join(', ') + '.',
		legend: [
			{ fill: 'solid', name: m.dashboard_in_period() },
			{ fill: 'hatched', name: m.dashboard_outside() }
		],
		drawing: barChart(
			rows.map(({ label, values: [inPeriod = 0, outside = 0, total = 0] }) => ({
				...{ label, value: String(total), parts: [inPeriod, outside] }
			}))
		),
		columns: [m.dashboard_col_waiting(), m.dashboard_in_period(), m.dashboard_outside(), m.dashboard_col_total()],
		rows
	};
}

const WAITING_LISTS: Record<Waiting, string> = {
	boarding_late: `${BOARD}?late=only`,
	reception_late: `${BOARD}?late=only`,
	delivery_late: `${BOARD}?late=only`,
	disputed: '/shipments?status=disputed',
	closable: '/shipments?status=delivered'
};

function waitingName(what: Waiting): string {
	switch (what) {
		case 'boarding_late':
			return m.dashboard_boarding_late();
		case 'reception_late':
			return m.dashboard_reception_late();
		case 'delivery_late':
			return m.dashboard_delivery_late();
		case 'disputed':
			return m.dashboard_disputes();
		case 'closable':
			return m.dashboard_closables();
	}
}

function shipments(counts: DashboardNumbers['shipments'], destinationId: string | null): Figure {
	const statuses = [...SHIPMENT_STATUSES, 'closed' as const];
	return counted({
		name: 'shipments',
		title: m.dashboard_shipments(),
		hint: m.dashboard_shipments_hint(),
		total: (count) => m.desk_shipments({ count }),
		column: m.desk_col_status(),
		rows: statuses.map((status) => ({
			label: status === 'closed' ? m.dashboard_closed() : shipmentStatusLabel(status, getLocale()),
			note: null,
			values: [counts[status]],
			href: narrowed(`/shipments?status=${status}`, destinationId)
		}))
	});
}

const cartons = (counts: DashboardNumbers['cartons']): Figure =>
	counted({
		name: 'cartons',
		title: m.dashboard_cartons(),
		hint: m.dashboard_cartons_hint(),
		total: (count) => m.desk_cartons({ count }),
		column: m.dashboard_col_state(),
		rows: CARTON_STATUSES.map((status) => ({
			label: cartonStatusLabel(status, getLocale()),
			note: null,
			values: [counts[status]],
			href: `/cartons?status=${status}`
		}))
	});

/** One number a line, as bars. */
function counted(
	figure: Pick<Figure, 'name' | 'title' | 'hint' | 'rows'> & { column: string; total: (count: number) => string }
): Figure {
	const { column, total, ...rest } = figure;
	const values = figure.rows.map(({ values: [value = 0] }) => value);
	const sum = values.reduce((all, value) => all + value, 0);
	const most = figure.rows[values.indexOf(Math.max(...values))];
	return {
		...rest,
		summary:
			sum === 0 || most === undefined
				? m.dashboard_none()
				: m.dashboard_most({ total: total(sum), label: most.label, count: most.values[0] ?? 0 }),
		legend: [],
		drawing: barChart(
			figure.rows.map(({ label, values: [value = 0] }) => ({ label, value: String(value), parts: [value] }))
		),
		columns: [column, m.dashboard_col_count()]
	};
}

function boardings(weeks: DashboardNumbers['boardings'], destinationId: string | null): Figure {
	const sum = weeks.reduce((all, { count }) => all + count, 0);
	const most = weeks.reduce((best, week) => (week.count > best.count ? week : best), weeks[0]!);
	return {
		name: 'boardings',
		title: m.dashboard_boardings(),
		hint: m.dashboard_boardings_hint(),
		summary:
			sum === 0
				? m.dashboard_boardings_none()
				: m.dashboard_boardings_most({
						total: m.dashboard_boardings_count({ count: sum }),
						week: most.week,
						count: most.count
					}),
		legend: weeks.some(({ isPartial }) => isPartial) ? [{ fill: 'hatched', name: m.dashboard_partial_legend() }] : [],
		drawing: columnChart(
			weeks.map(({ week, count, isPartial }) => ({ label: shortWeek(week), value: count, partial: isPartial }))
		),
		columns: [m.dashboard_col_week(), m.dashboard_col_boardings()],
		rows: weeks.map(({ week, count, isPartial }) => ({
			label: week,
			note: isPartial ? m.dashboard_partial() : null,
			values: [count],
			href: narrowed(`${BOARD}?closed=all&sort=-boarding_ok`, destinationId)
		}))
	};
}

const shortWeek = (week: string): string => m.dashboard_week_short({ week: String(parseWeek(week)?.week ?? '') });

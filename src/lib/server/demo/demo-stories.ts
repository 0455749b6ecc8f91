/**
 * What has happened in the demo warehouse: one story a shipment, oldest first, told in days before today. Between them they
 * show every status, a dispute, a second cycle, lateness of each kind (B4), closed cases and temporary drafts. Data only.
 */
import type { TrackingStep } from '#lib/domain/rows.ts';
import type { Iata } from './demo-places.ts';
import type { Theme } from './demo-products.ts';

/** Days before today and the time of day at the site; or minutes before now, for what happened today. */
export type When = readonly [daysAgo: number, time: string] | { minutesAgo: number };

export type StoryEvent =
	| { kind: 'step'; step: TrackingStep; at: When; comment?: string }
	| { kind: 'dispute'; reason: string; at: When }
	| { kind: 'resolve'; comment: string; at: When }
	| { kind: 'close'; at: When };

export interface Story {
	to: Iata;
	/** Keys of contacts; absent: not chosen yet, which only a temporary draft may be. */
	shipper?: string;
	recipient?: string;
	temporary?: boolean;
	created: When;
	notes?: string;
	theme: Theme;
	cartons: number;
	/** How many of them carry their label; absent: all. */
	labeled?: number;
	/** How many are marked as loaded once it is planned. */
	loaded?: number;
	events: readonly StoryEvent[];
}

const step = (name: TrackingStep, at: When, comment?: string): StoryEvent => ({
	kind: 'step',
	step: name,
	at,
	...(comment === undefined ? {} : { comment })
});

/** Planned in the morning, then boarded: as most are. */
const flown = (plannedDaysAgo: number, boarded: When): StoryEvent[] => [
	step('planning_ok', [plannedDaysAgo, '08:20']),
	step('planned', [plannedDaysAgo, '09:12']),
	step('boarding_ok', boarded)
];

export const STORIES: readonly Story[] = [
	{
		to: 'ABJ',
		shipper: 'default',
		recipient: 'bouake',
		created: [27, '09:05'],
		theme: 'medical',
		cartons: 14,
		events: [
			...flown(24, [23, '06:40']),
			step('received_correspondent', [23, '17:30'], '14 colis comptés à l’arrivée'),
			step('received_recipient', [20, '11:15']),
			{ kind: 'close', at: [19, '16:00'] }
		]
	},
	{
		to: 'DKR',
		shipper: 'fleuve',
		recipient: 'podor',
		created: [25, '14:20'],
		notes: 'Rentrée scolaire : à remettre avant la fin du mois.',
		theme: 'school',
		cartons: 10,
		events: [
			...flown(22, [21, '05:55']),
			step('received_correspondent', [20, '18:20']),
			step('received_recipient', [17, '10:40']),
			{ kind: 'close', at: [16, '09:30'] }
		]
	},
	{
		to: 'BKO',
		shipper: 'secours',
		recipient: 'toure',
		created: [19, '10:10'],
		theme: 'medical',
		cartons: 12,
		events: [
			...flown(16, [15, '06:10']),
			{ kind: 'dispute', reason: 'Palette retenue en douane : liste de colisage incomplète', at: [14, '15:05'] },
			{ kind: 'resolve', comment: 'Liste complétée, la palette repart sur un autre vol', at: [11, '11:00'] },
			...flown(4, [2, '07:10'])
		]
	},
	{
		to: 'NDJ',
		shipper: 'default',
		recipient: 'joseph',
		created: [14, '09:40'],
		theme: 'medical',
		cartons: 16,
		events: [
			...flown(10, [9, '05:55']),
			step('received_correspondent', [8, '18:20']),
			step('received_recipient', [1, '11:02'], 'Remis au pharmacien du dispensaire')
		]
	},
	{
		to: 'DKR',
		shipper: 'fleuve',
		recipient: 'podor',
		created: [12, '11:00'],
		theme: 'hygiene',
		cartons: 14,
		events: flown(7, [5, '06:40'])
	},
	{
		to: 'TNR',
		shipper: 'default',
		recipient: 'akamasoa',
		created: [12, '15:30'],
		theme: 'school',
		cartons: 5,
		events: [...flown(8, [7, '22:15']), step('received_correspondent', [4, '09:48'])]
	},
	{
		to: 'BKO',
		shipper: 'pharmaciens',
		recipient: 'kayes',
		created: [9, '08:50'],
		theme: 'medical',
		cartons: 8,
		events: [step('planning_ok', [5, '16:10']), step('planned', [4, '08:30'])]
	},
	{
		to: 'BKO',
		shipper: 'default',
		recipient: 'kayes',
		created: [8, '09:25'],
		theme: 'hygiene',
		cartons: 9,
		events: [
			...flown(4, [3, '06:10']),
			{ kind: 'dispute', reason: 'Deux colis abîmés à l’arrivée, contenu à vérifier', at: [2, '10:44'] }
		]
	},
	{
		to: 'COO',
		shipper: 'ecoliers',
		recipient: 'ganvie',
		created: [8, '14:05'],
		theme: 'school',
		cartons: 7,
		events: [...flown(3, [2, '05:30']), step('received_correspondent', [1, '19:10'])]
	},
	{
		to: 'LFW',
		shipper: 'default',
		recipient: 'olympio',
		created: [7, '10:35'],
		theme: 'medical',
		cartons: 9,
		events: flown(3, [2, '05:30'])
	},
	{
		to: 'ABJ',
		shipper: 'default',
		recipient: 'bouake',
		created: [6, '09:15'],
		notes: 'Prévenir la pharmacie de l’hôpital la veille de l’arrivée.',
		theme: 'medical',
		cartons: 12,
		events: flown(2, [1, '06:40'])
	},
	{
		to: 'OUA',
		shipper: 'secours',
		recipient: 'bobo',
		created: [5, '13:40'],
		theme: 'medical',
		cartons: 11,
		loaded: 7,
		events: [step('planning_ok', [2, '17:20']), step('planned', [1, '10:05'])]
	},
	{
		to: 'NIM',
		shipper: 'secours',
		recipient: 'maradi',
		created: [5, '16:15'],
		theme: 'hygiene',
		cartons: 10,
		events: [
			step('planning_ok', [2, '09:10']),
			step('planned', [2, '11:30']),
			step('moved_export', [1, '15:45'], 'Zone export, travée 4')
		]
	},
	{
		to: 'DLA',
		shipper: 'ecoliers',
		recipient: 'laquintinie',
		created: [4, '09:00'],
		theme: 'hygiene',
		cartons: 8,
		events: [step('planning_ok', [1, '16:30'])]
	},
	{
		to: 'CKY',
		shipper: 'default',
		recipient: 'donka',
		created: [3, '10:20'],
		theme: 'medical',
		cartons: 6,
		events: []
	},
	{
		to: 'ABJ',
		shipper: 'pharmaciens',
		recipient: 'bouake',
		created: [2, '09:30'],
		theme: 'medical',
		cartons: 13,
		labeled: 8,
		events: []
	},
	{
		to: 'BGF',
		shipper: 'default',
		recipient: 'bangui',
		temporary: true,
		created: [2, '14:00'],
		theme: 'school',
		cartons: 6,
		labeled: 2,
		events: []
	},
	{
		to: 'TNR',
		shipper: 'ecoliers',
		recipient: 'akamasoa',
		created: [1, '11:10'],
		theme: 'school',
		cartons: 0,
		events: []
	},
	// Older than thirty days: stale (S5).
	{ to: 'DLA', temporary: true, created: [41, '17:45'], theme: 'hygiene', cartons: 0, events: [] },
	{
		to: 'BKO',
		temporary: true,
		shipper: 'secours',
		created: { minutesAgo: 95 },
		theme: 'medical',
		cartons: 0,
		events: []
	}
];

/** Cartons that stand in a warehouse and in no shipment. */
export const LOOSE = [
	{ warehouse: 'CDG', status: 'draft', count: 8 },
	{ warehouse: 'CDG', status: 'picking', count: 12 },
	{ warehouse: 'CDG', status: 'packed', count: 42 },
	{ warehouse: 'LYS', status: 'draft', count: 3 },
	{ warehouse: 'LYS', status: 'picking', count: 5 },
	{ warehouse: 'LYS', status: 'packed', count: 20 }
] as const;

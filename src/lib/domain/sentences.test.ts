import { describe, expect, it } from 'vitest';
import { commandLabel, LOCALES, modeLabel, roleLabel, statusLabel, timelineLabel, alertLabel } from './labels.ts';
import { MODES } from './codes.ts';
import { BOARD_ALERTS } from './progress.ts';
import type { RejectionParams } from './refuse.ts';
import { NOOP_CODES, NOTE_CODES, REFUSAL_CODES, type Rejection, type RejectionCode } from './rejections.ts';
import { ROLE_NEEDED } from './roles.ts';
import { CARTON_STATUSES, ROLES, SHIPMENT_STATUSES, TIMELINE_KINDS } from './rows.ts';
import { FILTERS, headline, ruleOf, SAYINGS, sentence } from './sentences.ts';

const CODES: RejectionCode[] = [...NOOP_CODES, ...NOTE_CODES, ...REFUSAL_CODES];
const by = { by: 'Awa', at: '2026-03-02T08:00:00.000Z' };
const [code, reference, name, destination] = ['CN-004217-O', '260001', 'ASF', 'Bamako'];

/** What the rules produce, by their own type: every parameter of every code. */
const FULL: { [C in RejectionCode]: RejectionParams[C] } = {
	already_in_status: { code, status: 'packed', ...by },
	already_assigned: { code, reference, ...by },
	already_removed: { code, ...by },
	already_labeled: { code, ...by },
	already_unlabeled: { code, ...by },
	already_loaded: { code, reference, ...by },
	already_unloaded: { code, reference, ...by },
	already_recorded: { reference, step: 'planned', ...by },
	already_disputed: { reference, reason: 'Manquant', ...by },
	not_disputed: { reference, ...by },
	already_closed: { reference, ...by },
	already_archived: { reference, ...by },
	already_created: { name, ...by },
	already_there: { code, location: 'A-01', ...by },
	already_handed_over: by,
	already_settled: { note: 'Étiquette refaite', ...by },
	nothing_changed: { reference },
	nothing_to_undo: {},
	label_removed: { codes: code, count: 1 },
	not_loaded: { reference, codes: code, count: 2 },
	invalid_args: { field: 'notes' },
	too_large: {},
	not_saved: {},
	shift_over: { by: 'Anna' },
	unknown_mutation: { name: 'carton.fold' },
	dismissed: by,
	forbidden: { role: 'manager' },
	not_found: { what: 'carton', id: 'x' },
	carton_discarded: { code, at: by.at },
	contact_inactive: { name },
	destination_inactive: { name: destination },
	product_inactive: { name },
	shipment_archived: { reference, ...by },
	carton_linked_elsewhere: { code, reference },
	carton_not_linked: { code },
	case_closed: { reference, ...by },
	shipment_disputed: { reference, reason: 'Manquant', ...by },
	shipment_locked: { reference, status: 'planned' },
	carton_shipped: { code, reference },
	carton_linked: { code, reference },
	stale_base: { field: 'status', value: 'packed', ...by },
	cycle_changed: { reference, cycle: 2 },
	dispute_changed: { reference, reason: 'Manquant', ...by },
	changed_since: { code },
	not_undoable: { command: 'carton.unpack' },
	not_own: {},
	step_not_allowed: { reference, step: 'planned', status: 'shipped', allowed: 'moved_export,boarding_ok' },
	carton_not_packed: { code, status: 'picking' },
	carton_empty: { code },
	carton_not_assigned: { code, status: 'packed' },
	carton_not_labeled: { code, status: 'assigned' },
	carton_would_be_empty: { code, reference },
	carton_not_discardable: { code, status: 'draft', count: 1 },
	item_not_in_carton: { code, product: 'Riz', wanted: 3, inside: 1 },
	shipment_not_planned: { reference, status: 'packed' },
	no_cartons: { reference },
	cartons_not_assigned: { reference, count: 2 },
	cartons_not_labeled: { reference, count: 2, codes: code },
	parties_incomplete: { reference, missing: 'shipper,recipient' },
	contact_role_missing: { name, party: 'shipper' },
	closure_incomplete: { reference, status: 'delivered', missing: 'planned,boarding_ok' },
	not_archivable: { reference, status: 'picking' },
	occurred_at_out_of_range: { earliest: by.at, latest: by.at },
	code_taken: { code },
	code_not_usable: { code, kind: 'gtin' },
	code_not_leased: { code },
	check_character_wrong: { code },
	unknown_code: { code },
	lease_empty: {},
	correspondent_not_configured: { destination },
	correspondent_out_of_scope: { name, destination },
	shipper_out_of_scope: { name, destination },
	recipient_not_linked: { name, shipper: 'ASF' },
	recipient_out_of_scope: { name, destination },
	recipient_without_shipper: { name },
	server_fault: {}
};

const rejection = (of: RejectionCode, params: object = FULL[of]): Rejection => ({
	code: of,
	params: params as Rejection['params'],
	entities: []
});
const placeholders = (template: string) =>
	[...template.matchAll(/\{(\w+)(?:\|(\w+))?\}/g)].map(([, param = '', filter]) => ({ param, filter }));

describe('the table of all codes', () => {
	for (const of of CODES)
		it(`${of}: a rule, big words and a sentence in both languages, every parameter filled`, () => {
			expect(ruleOf(of)).toMatch(/^([A-Z]\d+|§\d+|sync §\d+)$/);
			for (const locale of LOCALES) {
				const [words, said] = [headline(rejection(of), locale), sentence(rejection(of), locale)];
				expect(words.split(' ').length).toBeLessThanOrEqual(4);
				expect(words.length).toBeLessThanOrEqual(34);
				expect(said).toMatch(/[.]$/);
				expect(said.length).toBeLessThanOrEqual(180);
				for (const text of [words, said]) expect(text).not.toMatch(/[{}[\]]|–|undefined|NaN/);
				for (const template of SAYINGS[of][locale])
					for (const { param, filter } of placeholders(template)) {
						expect(FULL[of]).toHaveProperty(param);
						if (filter) expect(Object.keys(FILTERS)).toContain(filter);
					}
			}
			const both = LOCALES.map((locale) =>
				placeholders(SAYINGS[of][locale].join(' '))
					.map(({ param }) => param)
					.sort()
					.join()
			);
			expect(both[0]).toBe(both[1]);
		});

	it('names no code twice and forgets none', () => {
		expect(Object.keys(SAYINGS).sort()).toEqual([...CODES].sort());
		expect(new Set(CODES).size).toBe(CODES.length);
	});
});

describe('sentence', () => {
	it('says times in the site’s time zone and words in the reader’s language', () => {
		expect(sentence(rejection('already_in_status'), 'fr')).toBe(
			'Le colis CN-004217-O est déjà « Prêt » : Awa, 02/03/2026 09:00.'
		);
		expect(sentence(rejection('already_in_status'), 'en', 'UTC')).toBe(
			'Carton CN-004217-O is already “Ready”: Awa, 02/03/2026, 08:00.'
		);
		expect(sentence(rejection('step_not_allowed'), 'fr')).toContain(
			'Possible : Transféré à l’export, Embarquement OK.'
		);
		expect(sentence(rejection('label_removed'), 'en')).toContain('1 carton:');
		expect(sentence(rejection('not_loaded'), 'en')).toContain('2 cartons');
		expect(sentence(rejection('carton_not_discardable'), 'fr')).toContain('1 ligne)');
	});

	it('leaves out what is not known, without a gap', () => {
		expect(sentence(rejection('already_removed', { code }), 'fr')).toBe(
			'Le colis CN-004217-O n’est dans aucune expédition.'
		);
		expect(sentence(rejection('step_not_allowed', { ...FULL.step_not_allowed, allowed: '' }), 'en')).not.toContain(
			'Possible'
		);
		expect(sentence(rejection('already_there', { code, location: '' }), 'en')).toBe(
			'Carton CN-004217-O has not moved.'
		);
		expect(sentence(rejection('carton_linked_elsewhere', { code, reference: '' }), 'fr')).toContain('(n° en attente)');
		expect(sentence(rejection('carton_empty', {}), 'fr')).toBe('Le colis – est vide. Emballez d’abord.');
	});

	it('shows what a newer side says as it is', () => {
		const newer = { code: 'carton_folded', params: {}, entities: [] } as unknown as Rejection;
		expect([sentence(newer, 'fr'), headline(newer, 'fr')]).toEqual(['carton_folded', 'carton_folded']);
		expect(sentence(rejection('shipment_locked', { reference, status: 'vanished' }), 'fr')).toContain('« vanished »');
		expect(sentence(rejection('invalid_args', { field: 'items.0.quantity' }), 'fr')).toContain('« items.0.quantity »');
		expect(sentence(rejection('carton_discarded', { code, at: 'yesterday' }), 'en')).toContain('yesterday');
		expect(sentence(rejection('stale_base', { field: 'notes', value: 'Fragile' }), 'en')).toContain(
			'Somebody changed the notes meanwhile: “Fragile”.'
		);
	});
});

describe('labels', () => {
	it('[§1] every status, kind, role, command, mode and alert has its words in both languages', () => {
		for (const locale of LOCALES) {
			const words = [
				...CARTON_STATUSES.map((status) => statusLabel(status, locale)),
				...SHIPMENT_STATUSES.map((status) => statusLabel(status, locale, 'shipment')),
				...TIMELINE_KINDS.map((kind) => timelineLabel(kind, locale)),
				...ROLES.map((role) => roleLabel(role, locale)),
				...(Object.keys(ROLE_NEEDED) as (keyof typeof ROLE_NEEDED)[]).map((command) => commandLabel(command, locale)),
				...MODES.map((mode) => modeLabel(mode, locale)),
				...BOARD_ALERTS.map((alert) => alertLabel(alert, locale))
			];
			for (const word of words) expect(word).toMatch(/^\S.*\S$/);
		}
		expect([statusLabel('picking', 'fr'), statusLabel('picking', 'fr', 'shipment')]).toEqual([
			'Préparation',
			'En cours'
		]);
	});
});

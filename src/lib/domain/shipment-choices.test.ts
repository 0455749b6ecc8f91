import { describe, expect, it } from 'vitest';
import { sampleContact } from './sample-rows.ts';
import { destinationChoices, partyChoices, settledChoices, type Choosing } from './shipment-choices.ts';
import type { DestinationRow } from './rows.ts';

const place = (id: string, active = true): DestinationRow => ({
	...{ id, city: id, iata: id.slice(0, 3).toUpperCase(), country: 'Mali', correspondentId: 'relay', active }
});
const NOTHING = { destinationId: '', shipperId: '', recipientId: '', correspondentId: '' };
const ALL = { destinationId: 'bamako', shipperId: 'asf', recipientId: 'clinic', correspondentId: 'relay' };
const choosing: Choosing = {
	contacts: [
		sampleContact({ id: 'asf', roles: ['shipper'] }),
		sampleContact({ id: 'other', roles: ['shipper'], destinationIds: ['bamako'] }),
		sampleContact({ id: 'clinic', roles: ['recipient'], linkedShipperIds: ['asf'] }),
		sampleContact({ id: 'relay', roles: ['correspondent'] })
	],
	destinations: [place('bamako'), place('dakar'), place('closed', false)],
	kept: null
};
const names = (list: { id: string }[]) => list.map(({ id }) => id).join(' ');
const party = (id: string) => ({ id, name: id, detail: '' });

describe('the lists of a shipment’s form', () => {
	it('[P1] active destinations; then each list by what was chosen before it', () => {
		expect(names(destinationChoices(choosing))).toBe('bamako dakar');
		expect(partyChoices('shipper', NOTHING, choosing)).toEqual({ choices: [], why: 'no_destination', contact: null });
		expect(names(partyChoices('recipient', ALL, choosing).choices)).toBe('clinic');
		expect(partyChoices('recipient', { ...ALL, shipperId: 'other' }, choosing).why).toBe('nobody_linked');
	});

	it('[P3] an empty list names who stands in the way', () => {
		expect(partyChoices('recipient', { ...ALL, destinationId: 'dakar', shipperId: 'other' }, choosing)).toEqual({
			choices: [],
			why: 'shipper_out_of_scope',
			contact: { id: 'other', name: 'other' }
		});
	});

	it('[P1] a choice that is offered no longer is taken back, and those that stood on it', () => {
		const away = { ...ALL, shipperId: 'other', destinationId: 'dakar', notes: 'x' };
		expect(settledChoices(away, choosing)).toEqual({
			...{ destinationId: 'dakar', shipperId: '', recipientId: '', correspondentId: 'relay', notes: 'x' }
		});
		expect(settledChoices(ALL, choosing)).toEqual(ALL);
	});

	it('[P4] the only correspondent there can be is chosen at once', () => {
		expect(settledChoices({ ...NOTHING, destinationId: 'bamako' }, choosing).correspondentId).toBe('relay');
	});

	it('[S6] what a shipment has stays on offer while nothing before it changes', () => {
		const kept = {
			...{ destination: party('closed'), shipper: party('gone'), recipient: party('old'), correspondent: null }
		};
		const editing = { ...choosing, kept };
		const values = { destinationId: 'closed', shipperId: 'gone', recipientId: 'old', correspondentId: '' };
		expect(names(destinationChoices(editing))).toBe('closed bamako dakar');
		expect(settledChoices(values, editing)).toEqual(values);
		expect(settledChoices({ ...values, shipperId: 'asf' }, editing).recipientId).toBe('');
		expect(settledChoices({ ...values, destinationId: 'bamako' }, editing)).toEqual({
			...{ destinationId: 'bamako', shipperId: '', recipientId: '', correspondentId: 'relay' }
		});
	});
});

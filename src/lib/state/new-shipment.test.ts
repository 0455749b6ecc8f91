import { beforeEach, describe, expect, test } from 'vitest';
import { refuse } from '#lib/domain/refuse.ts';
import type { ContactRow } from '#lib/domain/rows.ts';
import { floorPhone } from '../../../tests/support/floor-phone.ts';
import { WORKER } from '../../../tests/support/fake-replica.ts';
import { AT } from '../../../tests/support/floor-rows.ts';
import { mayCreateShipments } from './ask-rule.ts';
import { EMPTY_DRAFT, NewShipmentWork, creation, refusedCreation, whyNotCreated } from './new-shipment.ts';
import { Todo } from './todo.svelte.ts';

const MANAGER = { ...WORKER, role: 'manager' as const };
const SHIPPER: ContactRow = {
	id: 'asf',
	name: 'Aviation sans frontières',
	structure: '',
	address: 'Orly',
	roles: ['shipper'],
	destinationIds: [],
	linkedShipperIds: [],
	active: true
};
const ABIDJAN = {
	id: 'd-abj',
	city: 'Abidjan',
	iata: 'ABJ',
	country: 'Côte d’Ivoire',
	correspondentId: null,
	active: true
};
const PARTIES = { contacts: [SHIPPER], destinations: [ABIDJAN] };

let phone: ReturnType<typeof floorPhone>;
beforeEach(() => {
	phone = floorPhone();
	phone.replica.person = MANAGER;
	phone.replica.world.contacts.set(SHIPPER.id, SHIPPER);
	phone.replica.world.destinations.set(ABIDJAN.id, ABIDJAN);
});
const work = (cartonId: string | null = null) => new NewShipmentWork(phone.app.floor, phone.app.choices, cartonId);
const DRAFT = { ...EMPTY_DRAFT, destinationId: ABIDJAN.id };
const why = (values: typeof DRAFT, operator: typeof WORKER | null = MANAGER) =>
	whyNotCreated(values, PARTIES, operator, (refusal) => phone.app.say(refusal));

describe('a shipment made on the phone', () => {
	test('[S4] a draft needs only its destination; what was left open is not sent', async () => {
		expect(why(EMPTY_DRAFT)).toBe('Choisissez d’abord la destination.');
		expect(why(DRAFT)).toBeNull();
		expect(await work().create({ ...DRAFT, notes: '  ' }, 'Abidjan')).toBe(true);
		expect(phone.replica.submitted).toEqual([
			{ name: 'shipment.create', args: { shipmentId: 'new-1', destinationId: ABIDJAN.id, temporary: true } }
		]);
		expect(phone.opened).toEqual(['/scan/assign/new-1']);
		expect(phone.app.answers.current).toMatchObject({ tone: 'ok', headline: 'Expédition créée', fate: 'queued' });
		expect(phone.replica.world.shipments.get('new-1')).toMatchObject({ reference: null, temporaryReference: null });
	});

	test('[S4, P6] a complete one names the parties it lacks; a pair out of scope is refused here already', () => {
		expect(why({ ...DRAFT, temporary: false, shipperId: SHIPPER.id })).toContain('destinataire, correspondant');
		expect(why({ ...DRAFT, correspondentId: SHIPPER.id })).not.toBeNull();
		expect(why({ ...DRAFT, shipperId: SHIPPER.id })).toBeNull();
	});

	test('[§9] an operator reads which role it needs before anything was chosen', () => {
		expect(why(EMPTY_DRAFT, WORKER)).toContain('Il faut le rôle');
		expect([mayCreateShipments(WORKER), mayCreateShipments(MANAGER), mayCreateShipments(null)]).toEqual([
			false,
			true,
			false
		]);
	});

	test('[C4] a carton that waited for its shipment goes into the new one', async () => {
		await work('k1').create(DRAFT, 'Abidjan');
		expect(phone.replica.world.cartons.get('k1')).toMatchObject({ shipmentId: 'new-1', status: 'assigned' });
	});
});

describe('a draft that the server refused', () => {
	const REFUSED = creation('lost', { ...DRAFT, shipperId: SHIPPER.id, notes: 'Fragile' });
	beforeEach(() => {
		const of = { status: 'rejected' as const, code: '', at: AT, actorId: WORKER.personId };
		phone.replica.todoItems = [
			{ ...of, uid: 'u1', command: REFUSED, rejection: refuse('contact_inactive', { name: 'ASF' }), causedBy: null },
			{
				...of,
				at: '2026-11-20T09:01:00.000Z',
				uid: 'u2',
				command: { name: 'carton.assign', args: { cartonId: 'k1', shipmentId: 'lost' } },
				rejection: refuse('not_found', { what: 'shipment', id: 'lost' }),
				causedBy: 'u1'
			}
		];
	});

	test('[ux] stands in À traiter with its cartons under it, by its city, and leads back to its form', () => {
		const todo = new Todo(phone.app.floor);
		const stop = phone.replica.todo(() => undefined);
		expect(todo.placeOf(phone.replica.todoItems[0]!)).toEqual({
			label: 'Reprendre',
			href: '/scan/shipments/new?again=u1'
		});
		stop();
	});

	test('[ux] taken up again under its own id, it takes its cartons along, and both are dealt with', async () => {
		const again = await refusedCreation(phone.app.floor, 'u1');
		expect(again?.values).toEqual({ ...DRAFT, shipperId: SHIPPER.id, notes: 'Fragile' });
		await work().create({ ...again!.values, shipperId: '' }, 'Abidjan', again);
		expect(phone.replica.world.cartons.get('k1')).toMatchObject({ shipmentId: 'lost', status: 'assigned' });
		expect(phone.replica.settled).toEqual(['u1', 'u2']);
		expect(await refusedCreation(phone.app.floor, 'u1')).toBeNull();
	});

	test('[ux] refused here too, nothing of it is settled', async () => {
		const again = await refusedCreation(phone.app.floor, 'u1');
		phone.replica.world.contacts.set(SHIPPER.id, { ...SHIPPER, active: false });
		expect(await work().create(again!.values, 'Abidjan', again)).toBe(false);
		expect(phone.replica.settled).toEqual([]);
	});
});

import { describe, expect, it } from 'vitest';
import type { CommandName } from '#lib/domain/commands.ts';
import { ROLE_NEEDED } from '#lib/domain/roles.ts';
import { CONTACT_ROLES } from '#lib/domain/rows.ts';
import { ARGS, CAPS, checkArgs, isCommandName, parseArgs } from './command-args.ts';
import { commandVersion } from './upcast.ts';
import { MAX_MUTATION_BYTES } from './version.ts';

const NAMES = Object.keys(ROLE_NEEDED) as CommandName[];

/** The dearest text there is: each quotation mark becomes four bytes in a JSON text inside of a JSON text. */
const dear = (length: number): string => '"'.repeat(length);
const wide = (length: number): string => '漢'.repeat(length);
const id = 'i'.repeat(80);
const shortId = 'i'.repeat(40);

/** The largest arguments that each command takes. */
function largest(text: (length: number) => string): Record<CommandName, object> {
	const items = Array.from({ length: CAPS.lines }, () => ({
		productId: id,
		quantity: CAPS.quantity,
		lotCode: text(CAPS.lot),
		expiresOn: '2027-01-31'
	}));
	const onCarton = { cartonId: id, shipmentId: id };
	const edits = {
		destinationId: id,
		shipperId: id,
		recipientId: id,
		correspondentId: id,
		requestedOn: '2027-01-31',
		notes: text(CAPS.notes)
	};
	const step = {
		actorName: text(CAPS.name),
		actorStructure: text(CAPS.name),
		comment: text(CAPS.text),
		occurredAt: '2026-03-02T08:00:00.000Z'
	};
	const ids = Array.from({ length: CAPS.scope }, (_each, n) => `${shortId.slice(2)}${n + 10}`);
	const contact = {
		name: text(CAPS.party),
		structure: text(CAPS.party),
		address: text(CAPS.address),
		roles: [...CONTACT_ROLES],
		destinationIds: ids,
		linkedShipperIds: ids,
		active: false
	};
	const destination = {
		city: text(CAPS.party),
		iata: 'ABJ',
		country: text(CAPS.party),
		correspondentId: shortId,
		active: false
	};
	return {
		'carton.create': { cartonId: id, code: text(CAPS.code), source: 'printed', warehouseId: id, locationId: id },
		'carton.pack': { ...onCarton, items, intoShipmentId: id, ready: false },
		'carton.takeOut': { ...onCarton, items },
		'carton.setStatus': { cartonId: id, status: 'picking', was: 'packed' },
		'carton.assign': onCarton,
		'carton.remove': onCarton,
		'carton.label': onCarton,
		'carton.removeLabel': onCarton,
		'carton.load': { ...onCarton, cycle: Number.MAX_SAFE_INTEGER },
		'carton.unload': { ...onCarton, cycle: Number.MAX_SAFE_INTEGER },
		'carton.move': { cartonId: id, locationId: id, was: id },
		'carton.unpack': onCarton,
		'carton.discard': { cartonId: id },
		'label.printed': { kind: 'shipment', ids: Array.from({ length: CAPS.ids }, () => id), copy: 1000 },
		'shipment.create': { shipmentId: id, ...edits, temporary: true },
		'shipment.edit': { shipmentId: id, changes: edits, was: edits },
		'shipment.track': { shipmentId: id, step: 'received_correspondent', cycle: Number.MAX_SAFE_INTEGER, ...step },
		'shipment.dispute': { shipmentId: id, disputeId: id, reason: text(CAPS.text) },
		'shipment.resolve': { shipmentId: id, disputeId: id, comment: text(CAPS.text) },
		'shipment.close': { shipmentId: id },
		'shipment.archive': { shipmentId: id },
		'shipment.renewLink': { shipmentId: id },
		'refusal.handOver': {
			refusalId: id,
			command: 'carton.setStatus',
			arguments: { told: text(text(1) === '"' ? CAPS.told / 2 - 6 : CAPS.told - 11) },
			code: 'c'.repeat(60),
			note: text(CAPS.text)
		},
		'refusal.settle': { refusalId: id, note: text(CAPS.text) },
		'contact.save': { contactId: shortId, ...contact, was: contact },
		'destination.save': { destinationId: shortId, ...destination, was: destination }
	};
}

describe('arguments', () => {
	it('[§11] every command has a schema, and nothing else is a command', () => {
		expect(Object.keys(ARGS).sort()).toEqual([...NAMES].sort());
		expect(NAMES.every(isCommandName)).toBe(true);
		for (const name of ['toString', '__proto__', 'carton.fold', '']) expect(isCommandName(name), name).toBe(false);
	});

	for (const text of [dear, wide])
		it(`[sync §2] the largest of each fits its envelope (${text(1)})`, () => {
			for (const [name, args] of Object.entries(largest(text))) {
				const parsed = parseArgs(name, commandVersion(name as CommandName), JSON.stringify(args));
				expect(parsed, name).toEqual({ ok: true, command: { name, args } });
				const envelope = {
					uid: id,
					mid: Number.MAX_SAFE_INTEGER,
					name,
					version: 1,
					schema: 1,
					args: JSON.stringify(args),
					actorId: id,
					deviceTime: '2026-03-02T08:00:00.000Z',
					clockOffset: -1e9,
					undoes: id,
					despite: 'x'.repeat(60)
				};
				expect(new TextEncoder().encode(JSON.stringify(envelope)).length, name).toBeLessThanOrEqual(MAX_MUTATION_BYTES);
			}
		});

	it('[§10] one more of anything is refused, naming the field', () => {
		const field = (name: CommandName, given: object) => {
			const parsed = checkArgs(name, { ...largest(wide)[name], ...given });
			return parsed.ok ? 'ok' : `${parsed.rejection.code} ${parsed.rejection.params['field']}`;
		};
		const item = { productId: 'p', quantity: 1 };
		expect(field('carton.pack', { items: Array.from({ length: CAPS.lines + 1 }, () => item) })).toBe(
			'invalid_args items'
		);
		expect(field('carton.pack', { items: [] })).toBe('invalid_args items');
		for (const quantity of [0, -1, 1.5, CAPS.quantity + 1, '2', null])
			expect(field('carton.pack', { items: [item, { ...item, quantity }] }), String(quantity)).toBe(
				'invalid_args items.1.quantity'
			);
		for (const expiresOn of ['2027-02-30', '27-01-01', '2027-01-01T00:00:00Z', ''])
			expect(field('carton.pack', { items: [{ ...item, expiresOn }] })).toBe('invalid_args items.0.expiresOn');
		expect(field('carton.pack', { items: [{ ...item, lotCode: ' ' }] })).toBe('invalid_args items.0.lotCode');
		expect(field('carton.create', { code: 'x'.repeat(CAPS.code + 1) })).toBe('invalid_args code');
		expect(field('carton.create', { code: '  ' })).toBe('invalid_args code');
		expect(field('carton.create', { source: 'found' })).toBe('invalid_args source');
		expect(field('carton.assign', { cartonId: 'two words' })).toBe('invalid_args cartonId');
		expect(field('carton.assign', { shipmentId: null })).toBe('invalid_args shipmentId');
		expect(field('carton.label', { shipmentId: null })).toBe('ok');
		expect(field('carton.setStatus', { status: 'labeled' })).toBe('invalid_args status');
		expect(field('carton.load', { cycle: 0 })).toBe('invalid_args cycle');
		expect(field('shipment.edit', { changes: { notes: dear(CAPS.notes + 1) } })).toBe('invalid_args changes.notes');
		expect(field('shipment.track', { step: 'flown' })).toBe('invalid_args step');
		for (const key of ['actorName', 'actorStructure']) {
			expect(field('shipment.track', { [key]: 'x'.repeat(121) })).toBe(`invalid_args ${key}`);
			expect(field('shipment.track', { [key]: ' \n' })).toBe(`invalid_args ${key}`);
		}
		expect(field('shipment.track', { occurredAt: 'yesterday' })).toBe('invalid_args occurredAt');
		expect(field('shipment.dispute', { reason: '' })).toBe('invalid_args reason');
		const long = 'x'.repeat(CAPS.party + 1);
		for (const key of ['name', 'structure']) expect(field('contact.save', { [key]: long })).toBe(`invalid_args ${key}`);
		for (const key of ['city', 'country'])
			expect(field('destination.save', { [key]: long })).toBe(`invalid_args ${key}`);
		expect(field('contact.save', { name: ' ' })).toBe('invalid_args name');
		expect(field('contact.save', { address: 'x'.repeat(CAPS.address + 1) })).toBe('invalid_args address');
		for (const roles of [[], ['pilot']]) expect(field('contact.save', { roles })).toMatch(/^invalid_args roles/);
		expect(field('contact.save', { linkedShipperIds: Array.from({ length: CAPS.scope + 1 }, () => 'x') })).toBe(
			'invalid_args linkedShipperIds'
		);
		for (const iata of ['AB', 'ABJX', 'A1J', ''])
			expect(field('destination.save', { iata }), iata).toBe('invalid_args iata');
		expect(field('destination.save', { correspondentId: '' })).toBe('invalid_args correspondentId');
		expect(field('label.printed', { ids: [] })).toBe('invalid_args ids');
	});

	it('[sync §4] text that is no JSON, no object, of no known name or version', () => {
		expect(parseArgs('carton.label', 1, '{')).toMatchObject({
			ok: false,
			rejection: { code: 'invalid_args', params: { field: 'args' } }
		});
		for (const json of ['null', '[]', '"x"', '3'])
			expect(parseArgs('carton.label', 1, json)).toMatchObject({ ok: false, rejection: { params: { field: 'args' } } });
		expect(parseArgs('carton.fold', 1, '{}')).toMatchObject({
			ok: false,
			rejection: { code: 'unknown_mutation', params: { name: 'carton.fold' } }
		});
		expect(parseArgs('carton.label', 2, '{"cartonId":"x"}')).toMatchObject({
			ok: false,
			rejection: { code: 'unknown_mutation' }
		});
		expect(parseArgs('carton.label', 1, '{"cartonId":"x","__proto__":{"a":1}}')).toEqual({
			ok: true,
			command: { name: 'carton.label', args: { cartonId: 'x' } }
		});
	});

	it('both sides decide on the same text: trimmed, composed, without control characters', () => {
		const parsed = checkArgs('shipment.dispute', {
			shipmentId: 's',
			disputeId: 'd',
			reason: ' e\u0301tiquette\u0000\u001b mouille\u0301e\r\nligne 2\ud800 '
		});
		expect(parsed).toMatchObject({ ok: true, command: { args: { reason: 'étiquette mouillée\nligne 2\ufffd' } } });
		const emoji = checkArgs('shipment.dispute', { shipmentId: 's', disputeId: 'd', reason: '📦' });
		expect(emoji).toMatchObject({ command: { args: { reason: '📦' } } });
	});

	it('[T4] a typed time is kept as UTC with milliseconds, so that text order is time order', () => {
		const at = (occurredAt: string) => {
			const parsed = checkArgs('shipment.track', {
				shipmentId: 's',
				step: 'planned',
				cycle: 1,
				actorName: 'A',
				actorStructure: 'B',
				occurredAt
			});
			return parsed.ok && 'occurredAt' in parsed.command.args ? parsed.command.args.occurredAt : null;
		};
		expect(at('2026-03-02T09:00:00+01:00')).toBe('2026-03-02T08:00:00.000Z');
		expect(at('2026-03-02T08:00:00Z')).toBe('2026-03-02T08:00:00.000Z');
		expect(at('2026-03-02T08:00:00')).toBe(null);
	});

	it('[§11] a later version’s optional argument is dropped, not refused', () => {
		expect(checkArgs('carton.discard', { cartonId: 'x', why: 'torn' })).toEqual({
			ok: true,
			command: { name: 'carton.discard', args: { cartonId: 'x' } }
		});
	});
});

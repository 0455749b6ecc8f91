/** Photos of disputes through their routes' own handlers, on a whole server: who may send and see them, and what is kept. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command } from '#lib/domain/commands.ts';
import { MAX_PHOTO_BYTES } from '#lib/protocol/photos.ts';
import { readDisputePhotos } from '#lib/server/desk/dispute-photos.ts';
import { readInbox } from '#lib/server/desk/refusals.ts';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { GET } from '../../../routes/photos/[id]/+server.ts';
import { PUT } from '../../../routes/api/photos/[id]/+server.ts';

const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
const WEBP = new TextEncoder().encode('RIFF\u0000\u0000\u0000\u0000WEBPVP8 ');
const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const photoId = (n: number) => `01950000-0000-7000-8000-00000000000${n}`;

let server: TestServer;
let credential: string;
let session: string;

const run = (command: Command) =>
	server.world.store.runCommand({ personId: 'manager', command, uid: `u-${Math.random()}` });

beforeEach(async () => {
	server = await openServer();
	for (const role of ['viewer', 'operator', 'manager'] as const) await server.account(role, role);
	const signedIn = await server.signIn('operator');
	[credential, session] = [signedIn.deviceCredential!, signedIn.token];
	const place = { id: 'd', city: 'Abidjan', iata: 'ABJ', country: 'CI', correspondentId: null, active: true };
	await server.world.store.saveReference('destinations', [place]);
	await run({ name: 'shipment.create', args: { shipmentId: 's', destinationId: 'd', temporary: true } });
	await run({ name: 'shipment.dispute', args: { shipmentId: 's', disputeId: 'x', reason: 'Palette mouillée' } });
});
afterEach(() => server.close());

const ABOUT = { shipment: 's', dispute: 'x', person: 'operator', at: '2026-03-02T07:00:00.000Z' };

interface Sending {
	device?: string | undefined;
	session?: string;
	about?: Partial<typeof ABOUT>;
}

async function put(id: string, bytes: Uint8Array<ArrayBuffer>, sending: Sending = { device: credential }) {
	const { world } = server;
	const query = new URLSearchParams({ ...ABOUT, ...sending.about });
	const request = new Request(`http://localhost:3000/api/photos/${id}?${query}`, { method: 'PUT', body: bytes });
	const locals = {
		world,
		device: world.access.devices.find(sending.device),
		person: world.access.sessions.find(sending.session)
	};
	const response = await PUT({ locals, request, params: { id }, url: new URL(request.url) } as never);
	const answer = (await response.json()) as { kept?: boolean; refusal?: string; escale?: { refusal: string } };
	return { status: response.status, kept: answer.kept, why: answer.refusal ?? answer.escale?.refusal };
}

async function get(id: string, token: string | undefined) {
	const locals = { world: server.world, person: server.world.access.sessions.find(token) };
	const event = { locals, params: { id }, url: new URL(`http://localhost:3000/photos/${id}`) };
	try {
		return await GET(event as never);
	} catch (thrown) {
		return thrown as { status: number; location?: string };
	}
}

const files = () => readdirSync(server.world.settings.uploadDir);

describe('[D1] a photo of a dispute', () => {
	test('is kept as a file and a row, once, however often it is sent', async () => {
		expect(await put(photoId(1), JPEG)).toEqual({ status: 200, kept: true, why: undefined });
		expect(await put(photoId(1), JPEG)).toMatchObject({ kept: true });
		const both = await Promise.all([put(photoId(2), WEBP), put(photoId(2), WEBP)]);
		expect(both.map(({ kept }) => kept)).toEqual([true, true]);
		expect(files().sort()).toEqual([photoId(1), photoId(2)]);
		expect(server.rows('SELECT id, bytes, type, taken_at AS at FROM photo ORDER BY id')).toEqual([
			{ id: photoId(1), bytes: JPEG.length, type: 'image/jpeg', at: ABOUT.at },
			{ id: photoId(2), bytes: WEBP.length, type: 'image/webp', at: ABOUT.at }
		]);
		expect(await put(photoId(1), WEBP)).toMatchObject({ status: 409, why: 'photo_id_taken' });
	});

	test('is what its first bytes say, and no larger than it may be', async () => {
		expect(await put(photoId(1), PNG)).toMatchObject({ status: 415, why: 'photo_type' });
		expect(await put(photoId(1), new Uint8Array(0))).toMatchObject({ status: 415 });
		const large = new Uint8Array(MAX_PHOTO_BYTES + 1);
		large.set(JPEG);
		expect(await put(photoId(1), large)).toMatchObject({ status: 413, why: 'photo_too_large' });
		expect(await put('..%2F..%2Fescale.db', JPEG)).toMatchObject({ status: 400, why: 'malformed' });
		expect(await put(photoId(1), JPEG, { device: credential, about: { at: 'yesterday' } })).toMatchObject({
			status: 400
		});
		expect(server.rows('SELECT id FROM photo')).toEqual([]);
	});

	test('belongs to a dispute that the server knows, of that shipment; three of one person at most', async () => {
		const about = (change: Partial<typeof ABOUT>): Sending => ({ device: credential, about: change });
		expect(await put(photoId(1), JPEG, about({ dispute: 'y' }))).toMatchObject({ status: 409, why: 'dispute_unknown' });
		expect(await put(photoId(1), JPEG, about({ shipment: 't' }))).toMatchObject({ why: 'dispute_unknown' });
		for (const n of [1, 2, 3]) expect(await put(photoId(n), JPEG)).toMatchObject({ kept: true });
		expect(await put(photoId(4), JPEG)).toMatchObject({ status: 409, why: 'photo_too_many' });
		await run({ name: 'shipment.resolve', args: { shipmentId: 's', disputeId: 'x' } });
		expect(await put(photoId(3), JPEG)).toMatchObject({ kept: true });
	});

	test('[§11] or to one that was refused and that its worker handed to the office, which sees it in its inbox', async () => {
		const toOffice = (disputeId: string) =>
			run({
				name: 'refusal.handOver',
				args: {
					refusalId: `refused-${disputeId}`,
					command: 'shipment.dispute',
					arguments: { shipmentId: 's', disputeId, reason: 'Carton ouvert' },
					code: 'shipment_archived'
				}
			});
		const about = { device: credential, about: { dispute: 'y' } };
		await toOffice('z');
		expect(await put(photoId(1), JPEG, about)).toMatchObject({ status: 409, why: 'dispute_unknown' });
		await toOffice('y');
		expect(await put(photoId(1), JPEG, about)).toMatchObject({ kept: true });
		expect(await put(photoId(2), JPEG, { device: credential, about: { dispute: 'y', shipment: 't' } })).toMatchObject({
			why: 'dispute_unknown'
		});
		const { reader, photos, store } = server.world;
		const { open } = await readInbox(reader, photos, store.siteTimeZone);
		expect(open.map(({ id, photos: shown }) => [id, shown.map((photo) => photo.id)])).toEqual([
			['refused-z', []],
			['refused-y', [photoId(1)]]
		]);
	});

	test('is told to the desks as it arrives, and to no phone', async () => {
		const told: unknown[] = [];
		const { events } = server.world.store;
		const ends = [
			events.subscribe({ scopes: 'all', kind: 'desk', poke: ({ tables }) => told.push(tables) }),
			events.subscribe({ scopes: ['*'], kind: 'phone', poke: () => told.push('phone') })
		];
		await put(photoId(1), PNG);
		expect(told).toEqual([]);
		await put(photoId(1), JPEG);
		expect(told).toEqual([['photos']]);
		for (const end of ends) end();
	});

	test('is shown with who took it; a file that is gone is told', async () => {
		for (const n of [1, 2]) await put(photoId(n), JPEG);
		rmSync(join(server.world.settings.uploadDir, photoId(1)));
		const { reader, photos } = server.world;
		expect(await readDisputePhotos(reader, photos, { shipmentId: 's' })).toEqual({
			x: [
				{ id: photoId(1), by: 'Test operator', at: ABOUT.at, missing: true },
				{ id: photoId(2), by: 'Test operator', at: ABOUT.at, missing: false }
			]
		});
		expect(await get(photoId(1), session)).toMatchObject({ status: 404 });
	});
});

describe('[§9, I21, I26] the access matrix of photos', () => {
	test('is sent by an active device, whoever is signed in, in the name of somebody who may', async () => {
		expect(await put(photoId(1), JPEG, {})).toMatchObject({ status: 401, why: 'device_unknown' });
		expect(await put(photoId(1), JPEG, { session })).toMatchObject({ status: 401, why: 'device_unknown' });
		const forbidden = { status: 403, why: 'photo_forbidden' };
		expect(await put(photoId(1), JPEG, { device: credential, about: { person: 'manager' } })).toMatchObject(forbidden);
		const reader = await server.signIn('viewer', credential);
		expect(reader.deviceId).toBe(credential.split('.')[0]);
		expect(await put(photoId(1), JPEG, { device: credential, about: { person: 'viewer' } })).toMatchObject(forbidden);
		await server.raw(`UPDATE device SET status = 'revoked'`);
		expect(await put(photoId(1), JPEG)).toMatchObject({ status: 401, why: 'device_revoked' });
	});

	test('is seen by whoever is signed in, and kept in no shared cache', async () => {
		await put(photoId(1), JPEG);
		expect(await get(photoId(1), undefined)).toMatchObject({ status: 303 });
		const { token } = await server.signIn('viewer');
		const response = (await get(photoId(1), token)) as Response;
		expect(new Uint8Array(await response.arrayBuffer())).toEqual(JPEG);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			'content-type': 'image/jpeg',
			'content-disposition': `inline; filename="2026-03-02-${photoId(1)}.jpg"`,
			'x-content-type-options': 'nosniff',
			'cache-control': expect.stringMatching(/^private,/)
		});
		expect(await get(photoId(2), token)).toMatchObject({ status: 404 });
		expect(await get('../escale.db', token)).toMatchObject({ status: 404 });
	});

	test('[I30] has the budget of its device', async () => {
		await server.close();
		server = await openServer({ DEVICE_CALLS_PER_MINUTE: '60' });
		await server.account('operator', 'operator');
		const { deviceCredential } = await server.signIn('operator');
		const answers: number[] = [];
		for (let i = 0; i < 40; i++) answers.push((await put(photoId(1), PNG, { device: deviceCredential! })).status);
		expect(new Set(answers)).toEqual(new Set([415, 429]));
	});
});

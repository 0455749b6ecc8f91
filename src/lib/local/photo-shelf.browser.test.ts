import { afterEach, describe, expect, test, vi } from 'vitest';
import type { TimelineRow } from '#lib/domain/rows.ts';
import { PHOTO_BYTES, PHOTO_SIDE, PHOTOS_PER_DISPUTE } from '#lib/protocol/photos.ts';
import { MOST_PHOTOS, type PhotoOnPhone, type StoredPhoto } from '#lib/sync/photos.ts';
import type { ReplicaStore } from '#lib/sync/ports.ts';
import { mutation } from '../../../tests/sync/store-contract.ts';
import { makePhotoDatabase } from './database.ts';
import { IdbStore } from './idb-store.ts';
import { live } from './live.ts';
import { encodePhoto } from './photo-encode.ts';
import { PhoneDatabase } from './phone-database.ts';
import { DexiePhotoShelf, type ShelfParts } from './photo-shelf.ts';

let count = 0;
const ends: (() => unknown)[] = [];
afterEach(async () => {
	for (const end of ends.splice(0).reverse()) await end();
});

async function shelf(parts: Partial<ShelfParts> = {}, name = `shelf-${++count}`) {
	const replica = new PhoneDatabase(name);
	const store = new IdbStore(replica);
	const query = (some: ReplicaStore) => some.transaction('read', ['mutations'], (tx) => tx.list('mutations'));
	const opened = new DexiePhotoShelf({
		name,
		mutations: live(store, query, () => undefined),
		timelineOf: () => Promise.resolve([]),
		onError: () => undefined,
		encode: (file) => file.arrayBuffer().then((bytes) => ({ bytes, type: 'image/jpeg' })),
		send: () => Promise.resolve({ kind: 'later' }),
		...parts
	});
	ends.push(
		() => replica.delete(),
		() => makePhotoDatabase(name).delete(),
		() => opened.stop()
	);
	return { shelf: opened, store, name };
}

const PICTURE = new Blob(['picture']);
let ids = 0;
const about = (more: Partial<StoredPhoto> = {}) => ({
	...{ id: `photo-${String(++ids).padStart(4, '0')}`, shipmentId: 's', disputeId: 'd' },
	...{ drafted: false, personId: 'operator', ...more }
});

function watched(of: DexiePhotoShelf, shipmentId = 's'): () => PhotoOnPhone[] {
	let now: PhotoOnPhone[] = [];
	ends.push(of.ofShipment(shipmentId)((photos) => (now = photos)));
	return () => now;
}
const fates = (photos: () => PhotoOnPhone[]) => () => photos().map(({ fate }) => fate);

describe('[D1] photos on this phone', () => {
	test('[I16] one is on disk when it was added: a program that starts anew has it', async () => {
		const { shelf: first, name } = await shelf();
		expect(await first.add(about({ drafted: true }), PICTURE)).toEqual({ kind: 'kept' });
		first.stop();
		const photos = watched((await shelf({}, name)).shelf);
		await vi.waitFor(() => expect(photos()).toHaveLength(1));
		expect(photos()[0]).toMatchObject({ fate: 'draft', bytes: expect.any(ArrayBuffer) });
	});

	test('[I30] three for a dispute, and a bound for all that wait, which says so', async () => {
		const { shelf: one } = await shelf();
		for (let i = 0; i < PHOTOS_PER_DISPUTE; i++) expect(await one.add(about(), PICTURE)).toEqual({ kind: 'kept' });
		expect(await one.add(about(), PICTURE)).toEqual({ kind: 'not_kept', why: 'many' });
		for (let i = PHOTOS_PER_DISPUTE; i < MOST_PHOTOS; i++)
			expect(await one.add(about({ disputeId: `d-${i}` }), PICTURE)).toEqual({ kind: 'kept' });
		expect(await one.add(about({ disputeId: 'more' }), PICTURE)).toEqual({ kind: 'not_kept', why: 'full' });
	});

	test('waits for its dispute’s verdict, is sent once it is accepted, and then leaves only its name', async () => {
		const send = vi.fn<NonNullable<ShelfParts['send']>>(() => Promise.resolve({ kind: 'kept' }));
		const { shelf: one, store } = await shelf({ send });
		const args = JSON.stringify({ shipmentId: 's', disputeId: 'd', reason: 'abîmé' });
		const opening = { ...mutation(1), name: 'shipment.dispute', args };
		await store.transaction('write', ['mutations'], (tx) => tx.put('mutations', [opening]));
		const photos = watched(one.start());
		await one.add(about({ drafted: true }), PICTURE);
		await vi.waitFor(() => expect(fates(photos)()).toEqual(['waiting']));
		expect(send).not.toHaveBeenCalled();
		const verdict = { status: 'ok', rejection: null, notes: [], detail: {}, assigned: {}, serverTime: '' } as const;
		await store.transaction('write', ['mutations'], (tx) =>
			tx.put('mutations', [{ ...opening, verdict: { ...verdict, notes: [] }, stands: 'done' as const }])
		);
		await vi.waitFor(() => expect(fates(photos)()).toEqual(['sent']));
		expect(send).toHaveBeenCalledTimes(1);
		expect(photos()[0]).toMatchObject({ bytes: null, drafted: false });
	});

	test('[§11] of a refused dispute that the office has it goes there, not to whatever dispute is open', async () => {
		const send = vi.fn<NonNullable<ShelfParts['send']>>(() => Promise.resolve({ kind: 'kept' }));
		const timelineOf = () => Promise.resolve([{ kind: 'dispute', disputeId: 'another' }] as TimelineRow[]);
		const { shelf: one, store } = await shelf({ send, timelineOf });
		const refused = {
			status: 'rejected',
			rejection: null,
			notes: [],
			detail: {},
			assigned: {},
			serverTime: ''
		} as const;
		const meant = { shipmentId: 's', disputeId: 'd', reason: 'abîmé' };
		const opening = {
			...{ ...mutation(1), name: 'shipment.dispute', args: JSON.stringify(meant) },
			...{ verdict: { ...refused, notes: [] }, stands: 'todo' as const }
		};
		const photos = watched(one.start());
		await store.transaction('write', ['mutations'], (tx) => tx.put('mutations', [opening]));
		await one.add(about({ drafted: true }), PICTURE);
		await vi.waitFor(() => expect(fates(photos)()).toEqual(['held']));

		const told = { refusalId: opening.uid, command: opening.name, arguments: meant, code: 'shipment_archived' };
		const handOver = { ...mutation(2), name: 'refusal.handOver', args: JSON.stringify(told) };
		await store.transaction('write', ['mutations'], (tx) =>
			tx.put('mutations', [{ ...opening, stands: 'done' }, handOver])
		);
		await vi.waitFor(() => expect(fates(photos)()).toEqual(['waiting']));
		expect(send).not.toHaveBeenCalled();

		const verdict = { ...refused, status: 'ok' as const, notes: [] };
		await store.transaction('write', ['mutations'], (tx) =>
			tx.put('mutations', [{ ...handOver, verdict, stands: 'handed' }])
		);
		await vi.waitFor(() => expect(fates(photos)()).toEqual(['sent']));
		expect(send.mock.calls.map(([photo]) => photo.disputeId)).toEqual(['d']);
	});

	test('refused for good it says why and waits for somebody; an answer that is none is asked for again', async () => {
		const answers = [{ kind: 'later' }, { kind: 'refused', why: 'photo_too_many' }] as const;
		let asked = 0;
		const { shelf: one } = await shelf({ send: () => Promise.resolve(answers[asked++]!) });
		const photos = watched(one.start());
		await one.add(about(), PICTURE);
		await vi.waitFor(() => expect(asked).toBe(1));
		one.wake();
		await vi.waitFor(() => expect(photos()[0]).toMatchObject({ fate: 'refused', refusal: 'photo_too_many' }));
		await one.remove(photos()[0]!.id);
		await vi.waitFor(() => expect(photos()).toEqual([]));
	});
});

describe('[D1] re-encoding', () => {
	async function picture(width: number, height: number, type = 'image/png'): Promise<Blob> {
		const canvas = new OffscreenCanvas(width, height);
		const context = canvas.getContext('2d')!;
		for (let i = 0; i < 400; i++) {
			context.fillStyle = `hsl(${(i * 47) % 360} 80% 50%)`;
			context.fillRect((i * 97) % width, (i * 61) % height, width / 9, height / 9);
		}
		return canvas.convertToBlob({ type, quality: 1 });
	}

	test('makes a JPEG that is small enough, whatever the camera gave', async () => {
		const encoded = await encodePhoto(await picture(4000, 3000));
		expect(encoded!.type).toBe('image/jpeg');
		expect(encoded!.bytes.byteLength).toBeLessThanOrEqual(PHOTO_BYTES);
		const shown = await createImageBitmap(new Blob([encoded!.bytes]));
		expect([shown.width, shown.height]).toEqual([PHOTO_SIDE, (PHOTO_SIDE * 3) / 4]);
	});

	test('leaves out what the camera wrote beside the picture', async () => {
		const plain = new Uint8Array(await (await picture(40, 30, 'image/jpeg')).arrayBuffer());
		const secret = new TextEncoder().encode('Exif\0\0GPS 48.85 2.35');
		const segment = Uint8Array.from([0xff, 0xe1, 0, secret.length + 2, ...secret]);
		const tagged = new Blob([plain.slice(0, 2), segment, plain.slice(2)], { type: 'image/jpeg' });
		const encoded = await encodePhoto(tagged);
		const text = (bytes: ArrayBuffer) => new TextDecoder('latin1').decode(bytes);
		expect(text(await tagged.arrayBuffer())).toContain('GPS');
		expect(text(encoded!.bytes)).not.toContain('GPS');
	});

	test('a file that is no picture is none', async () => {
		expect(await encodePhoto(new Blob(['not a picture'], { type: 'image/jpeg' }))).toBeNull();
	});
});

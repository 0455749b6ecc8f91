/**
 * Where a phone keeps photos of disputes until the server has them: an IndexedDB of their own, so that nobody loads or
 * migrates it for a scan, and a small loop that sends what is ready. A photo is on disk before its dispute is opened, so no
 * kill can part them. Loaded when the first photo is looked for.
 */
import { liveQuery, type Dexie, type Table } from 'dexie';
import type { TimelineRow } from '#lib/domain/rows.ts';
import { PHOTOS_PER_DISPUTE } from '#lib/protocol/photos.ts';
import {
	disputesIn,
	fateOf,
	MOST_PHOTOS,
	type AddPhoto,
	type PhotoOnPhone,
	type PhotoShelf,
	type StoredPhoto
} from '#lib/sync/photos.ts';
import type { Live } from '#lib/sync/client.ts';
import { currentOf } from '#lib/sync/current-of.ts';
import type { StoredMutation } from '#lib/sync/records.ts';
import { makePhotoDatabase } from './database.ts';
import { encodePhoto } from './photo-encode.ts';
import { sendPhoto } from './photo-wire.ts';

/** While something is ready and the server does not take it. */
const AGAIN_MS = 30_000;
/** How long a sent one is remembered, without its picture. */
const REMEMBERED_MS = 7 * 24 * 3_600_000;

/** Handed in by what is loaded already, so that only what photos alone need comes late. */
export interface ShelfParts {
	/** Of the replica's database. */
	name: string;
	/** The replica's mutations: what became of the disputes. */
	mutations: Live<StoredMutation[]>;
	/** In order of acceptance. */
	timelineOf: (shipmentId: string) => Promise<TimelineRow[]>;
	/** The photos cannot be read. */
	onError: (error: unknown) => void;
	send?: typeof sendPhoto;
	encode?: typeof encodePhoto;
}

export class DexiePhotoShelf implements PhotoShelf {
	readonly #parts: Required<ShelfParts>;
	readonly #database: Dexie;
	#timer: ReturnType<typeof setTimeout> | null = null;
	#sending: Promise<void> | null = null;
	#stops: (() => void)[] = [];

	constructor(parts: ShelfParts) {
		this.#parts = { send: sendPhoto, encode: encodePhoto, ...parts };
		this.#database = makePhotoDatabase(parts.name);
	}

	get #photos(): Table<StoredPhoto, string> {
		return this.#database.table('photos');
	}

	/** Begins to send, whenever a verdict or the line makes something ready. */
	start(): this {
		const wake = () => this.wake();
		addEventListener('online', wake);
		document.addEventListener('visibilitychange', wake);
		this.#stops = [
			this.#live(() => true)(wake),
			() => removeEventListener('online', wake),
			() => document.removeEventListener('visibilitychange', wake)
		];
		return this;
	}

	stop(): void {
		for (const stop of this.#stops.splice(0)) stop();
		if (this.#timer) clearTimeout(this.#timer);
		this.#database.close();
	}

	ofShipment(shipmentId: string) {
		return this.#live((photo) => photo.shipmentId === shipmentId);
	}

	get refused() {
		return this.#live((photo) => photo.fate === 'refused');
	}

	async add(photo: Parameters<PhotoShelf['add']>[0], file: Blob): Promise<AddPhoto> {
		const encoded = await this.#parts.encode(file);
		if (!encoded) return { kind: 'not_kept', why: 'no_image' };
		const stored: StoredPhoto = {
			...photo,
			...encoded,
			takenAt: new Date().toISOString(),
			stands: 'kept',
			refusal: null,
			sentAt: null
		};
		try {
			return await this.#database.transaction('rw', 'photos', async (): Promise<AddPhoto> => {
				const all = await this.#photos.toArray();
				if (all.filter(({ disputeId }) => disputeId === photo.disputeId).length >= PHOTOS_PER_DISPUTE)
					return { kind: 'not_kept', why: 'many' };
				if (all.filter(({ stands }) => stands !== 'sent').length >= MOST_PHOTOS)
					return { kind: 'not_kept', why: 'full' };
				await this.#photos.add(stored);
				return { kind: 'kept' };
			});
		} catch {
			return { kind: 'not_kept', why: 'storage' };
		}
	}

	async adopt(shipmentId: string, disputeId: string): Promise<void> {
		const drafts = (await this.#look()).filter((photo) => photo.shipmentId === shipmentId && photo.fate === 'draft');
		for (const { id } of drafts) await this.#photos.update(id, { disputeId, drafted: false });
	}

	async remove(id: string): Promise<void> {
		await this.#photos.delete(id);
	}

	wake(): void {
		this.#sending ??= this.#sendAll().finally(() => (this.#sending = null));
	}

	/** Those that `which` is true of. Without photos nobody reads the queue. */
	#live(which: (photo: PhotoOnPhone) => boolean): Live<PhotoOnPhone[]> {
		return (listener) => {
			let stopMutations = (): void => undefined;
			const next = (photos: StoredPhoto[]) => {
				stopMutations();
				if (photos.length === 0) return listener([]);
				stopMutations = this.#parts.mutations((mutations) => listener(withFates(photos, mutations).filter(which)));
			};
			const watching = liveQuery(() => this.#all()).subscribe({ next, error: this.#parts.onError });
			return () => {
				watching.unsubscribe();
				stopMutations();
			};
		};
	}

	async #look(): Promise<PhotoOnPhone[]> {
		const photos = await this.#all();
		return photos.length === 0 ? [] : withFates(photos, await currentOf(this.#parts.mutations));
	}

	/** The oldest first. */
	#all(): Promise<StoredPhoto[]> {
		return this.#photos.orderBy('id').toArray();
	}

	async #sendAll(): Promise<void> {
		if (this.#timer) clearTimeout(this.#timer);
		this.#timer = null;
		let isLeft = false;
		for (const photo of await this.#look()) {
			if (photo.fate === 'ready' || photo.fate === 'handed') isLeft = !(await this.#sendOne(photo)) || isLeft;
			const isOld = photo.sentAt !== null && Date.parse(photo.sentAt) < Date.now() - REMEMBERED_MS;
			if (photo.fate === 'over' || (photo.fate === 'sent' && isOld)) await this.remove(photo.id);
		}
		if (isLeft && this.#stops.length > 0) this.#timer = setTimeout(() => this.wake(), AGAIN_MS);
	}

	/** @returns false when it is to be sent again later */
	async #sendOne({ fate, ...photo }: PhotoOnPhone): Promise<boolean> {
		if (photo.bytes === null) return true;
		const about = fate === 'handed' ? photo : await this.#settled(photo);
		const sent = await this.#parts.send(about, photo.bytes);
		if (sent.kind === 'later') return false;
		const change: Partial<StoredPhoto> =
			sent.kind === 'kept'
				? { stands: 'sent', bytes: null, sentAt: new Date().toISOString() }
				: { stands: 'refused', refusal: sent.why };
		await this.#photos.update(photo.id, { disputeId: about.disputeId, drafted: false, ...change });
		return true;
	}

	/** [D1] Somebody else's dispute was open already: the photo belongs to that one. */
	async #settled(photo: StoredPhoto): Promise<StoredPhoto> {
		const timeline = await this.#parts.timelineOf(photo.shipmentId);
		const disputes = timeline.filter(({ kind }) => kind === 'dispute');
		const isKnown = disputes.some(({ disputeId }) => disputeId === photo.disputeId);
		const latest = disputes.at(-1)?.disputeId ?? null;
		return isKnown || latest === null ? photo : { ...photo, disputeId: latest };
	}
}

function withFates(photos: readonly StoredPhoto[], mutations: StoredMutation[]): PhotoOnPhone[] {
	const disputes = disputesIn(mutations);
	return photos.map((photo) => ({ ...photo, fate: fateOf(photo, disputes.get(photo.disputeId)) }));
}

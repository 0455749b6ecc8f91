/**
 * [D1] The photos of one shipment's dispute on the screen: taken, kept on this phone before anything else happens, shown with
 * where they are. Knows nothing of how they are stored or sent.
 */
import type { PhotoRefusal } from '#lib/protocol/photos.ts';
import { MOST_PHOTOS, type AddPhoto, type PhotoOnPhone, type PhotoShelf } from '#lib/sync/photos.ts';
import { m } from '#lib/paraglide/messages.js';
import type { ReplicaClient } from '#lib/sync/client.ts';

export { PHOTOS_PER_DISPUTE } from '#lib/protocol/photos.ts';

/** One photo as a screen shows it. */
export interface ShownPhoto {
	id: string;
	/** Null: the server has it, this phone no longer does. */
	url: string | null;
	/** "part dès que possible". */
	words: string;
	fate: PhotoOnPhone['fate'];
	disputeId: string;
	/** The worker may still take it away. */
	removable: boolean;
}

const NOT_KEPT = {
	many: m.drafts_photo_many,
	full: () => m.drafts_photo_full({ count: MOST_PHOTOS }),
	storage: m.drafts_photo_storage,
	no_image: m.drafts_photo_no_image
} as const satisfies Record<Extract<AddPhoto, { kind: 'not_kept' }>['why'], () => string>;

const REFUSED = {
	dispute_unknown: m.drafts_photo_why_dispute,
	photo_too_large: m.drafts_photo_why_too_large,
	photo_type: m.drafts_photo_why_type,
	photo_id_taken: m.drafts_photo_why_id_taken,
	photo_forbidden: m.drafts_photo_why_forbidden,
	photo_too_many: m.drafts_photo_why_too_many
} as const satisfies Record<PhotoRefusal, () => string>;

const FATES = {
	draft: m.drafts_photo_draft,
	waiting: m.drafts_photo_waits,
	ready: m.drafts_photo_waits,
	handed: m.drafts_photo_waits,
	held: m.drafts_photo_held,
	over: m.drafts_photo_held,
	sent: m.drafts_photo_sent
} as const;

/** Where a photo is, in words. */
export const photoWords = ({ fate, refusal }: PhotoOnPhone): string =>
	fate === 'refused' ? m.drafts_photo_refused({ why: REFUSED[refusal ?? 'dispute_unknown']() }) : FATES[fate]();

export class DisputePhotos {
	#client: Pick<ReplicaClient, 'photos'>;
	#urls = new Map<string, string>();
	#photos = $state.raw<PhotoOnPhone[]>([]);
	#busy = $state(false);
	#problem = $state<string | null>(null);

	constructor(client: Pick<ReplicaClient, 'photos'>) {
		this.#client = client;
	}

	/** Follows the photos of a shipment, or, with null, those that the server refused. @returns what ends it */
	follow(shipmentId: string | null): () => void {
		let stop = (): void => undefined;
		let ended = false;
		void this.#shelf().then((shelf) => {
			if (!shelf || ended) return;
			const photos = shipmentId === null ? shelf.refused : shelf.ofShipment(shipmentId);
			stop = photos((now) => (this.#photos = now));
		});
		return () => {
			ended = true;
			stop();
			for (const url of this.#urls.values()) URL.revokeObjectURL(url);
			this.#urls.clear();
		};
	}

	get busy(): boolean {
		return this.#busy;
	}

	/** Why the last one was not kept. */
	get problem(): string | null {
		return this.#problem;
	}

	/** `disputeId` null: all. */
	shown(disputeId: string | null): ShownPhoto[] {
		return this.#photos
			.filter((photo) => disputeId === null || photo.disputeId === disputeId)
			.map((photo) => ({
				id: photo.id,
				url: this.#urlOf(photo),
				words: photoWords(photo),
				fate: photo.fate,
				disputeId: photo.disputeId,
				removable: photo.fate !== 'sent'
			}));
	}

	/** The dispute that photos were taken for and that was not opened: their screen takes it up again. */
	get draftDisputeId(): string | null {
		return this.#photos.find(({ fate }) => fate === 'draft')?.disputeId ?? null;
	}

	async add(photo: Parameters<PhotoShelf['add']>[0], file: Blob): Promise<void> {
		if (this.#busy) return;
		this.#busy = true;
		try {
			const shelf = await this.#shelf();
			const added = await shelf?.add(photo, file);
			this.#problem = !added ? m.drafts_photo_unloaded() : added.kind === 'kept' ? null : NOT_KEPT[added.why]();
		} finally {
			this.#busy = false;
		}
	}

	async remove(id: string): Promise<void> {
		await (await this.#shelf())?.remove(id);
		this.#problem = null;
	}

	/** What was taken before belongs to the dispute that is open. */
	async adopt(shipmentId: string, disputeId: string): Promise<void> {
		await (await this.#shelf())?.adopt(shipmentId, disputeId);
	}

	async #shelf(): Promise<PhotoShelf | null> {
		try {
			return await this.#client.photos();
		} catch {
			// Not on this phone yet, and no network to fetch it.
			return null;
		}
	}

	#urlOf({ id, bytes, type }: PhotoOnPhone): string | null {
		if (bytes === null) return null;
		let url = this.#urls.get(id);
		if (url === undefined) this.#urls.set(id, (url = URL.createObjectURL(new Blob([bytes], { type }))));
		return url;
	}
}

/**
 * Photos of disputes on this phone: what is kept of one, and what becomes of it, given what became of its dispute. Pure;
 * `local/photo-shelf.ts` keeps and sends them.
 */
import type { CommandArgs } from '#lib/domain/commands.ts';
import type { PhotoRefusal } from '#lib/protocol/photos.ts';
import type { Live } from './client.ts';
import type { StoredMutation } from './records.ts';

export interface StoredPhoto {
	/** UUIDv7, and its name on the server. */
	id: string;
	shipmentId: string;
	disputeId: string;
	/** Taken for a dispute that was not opened yet: until a mutation names it, the photo is a draft. */
	drafted: boolean;
	personId: string;
	/** ISO, by this device's clock. */
	takenAt: string;
	type: string;
	/** Null once the server has it. */
	bytes: ArrayBuffer | null;
	stands: 'kept' | 'sent' | 'refused';
	refusal: PhotoRefusal | null;
	sentAt: string | null;
}

/**
 * `draft`: its dispute was not opened. `waiting`: the dispute waits for its verdict. `ready`: to be sent. `held`: kept with the
 * refused dispute until that is dealt with. `over`: the dispute was refused and dealt with.
 */
export type PhotoFate = 'draft' | 'waiting' | 'ready' | 'held' | 'over' | 'sent' | 'refused';

export interface PhotoOnPhone extends StoredPhoto {
	fate: PhotoFate;
}

/** Why a photo was not kept: three already, too many unsent ones, no room, or no picture. */
export type AddPhoto = { kind: 'kept' } | { kind: 'not_kept'; why: 'many' | 'full' | 'storage' | 'no_image' };

export interface PhotoShelf {
	/** The photos of a shipment that this phone remembers, the oldest first. */
	ofShipment(shipmentId: string): Live<PhotoOnPhone[]>;
	/** What the server will never take. */
	refused: Live<PhotoOnPhone[]>;
	/** Re-encodes and keeps it; it is on disk when this resolves. */
	add(
		photo: Pick<StoredPhoto, 'id' | 'shipmentId' | 'disputeId' | 'drafted' | 'personId'>,
		file: Blob
	): Promise<AddPhoto>;
	/** Drafts of this shipment belong to a dispute that is open already. */
	adopt(shipmentId: string, disputeId: string): Promise<void>;
	remove(id: string): Promise<void>;
	/** Looks for photos to send, again. */
	wake(): void;
	stop(): void;
}

/** Unsent photos that a phone keeps at most: 40 × 400 KB. */
export const MOST_PHOTOS = 40;

/** The mutation that opens each dispute, by dispute id; of those that are still remembered. */
export function disputesIn(mutations: readonly StoredMutation[]): Map<string, StoredMutation> {
	const disputes = new Map<string, StoredMutation>();
	for (const mutation of mutations) {
		if (mutation.name !== 'shipment.dispute' || mutation.dismissed) continue;
		const { disputeId } = JSON.parse(mutation.args) as CommandArgs['shipment.dispute'];
		disputes.set(disputeId, mutation);
	}
	return disputes;
}

/** [D1] What becomes of a photo. `opening`: the mutation that opens its dispute, if this phone remembers one. */
export function fateOf(photo: StoredPhoto, opening: StoredMutation | undefined): PhotoFate {
	if (photo.stands !== 'kept') return photo.stands;
	if (!opening) return photo.drafted ? 'draft' : 'ready';
	switch (opening.verdict?.status) {
		case undefined:
			return 'waiting';
		case 'ok':
		case 'noop':
			return 'ready';
		default:
			return opening.stands === 'todo' ? 'held' : 'over';
	}
}

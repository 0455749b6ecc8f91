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
 * `draft`: its dispute was not opened. `waiting`: the dispute, or its hand-over to the office, waits for its verdict. `ready`: to
 * be sent. `handed`: to be sent with the refused dispute that the office has. `held`: kept with the refused dispute until that
 * is dealt with. `over`: the dispute was refused and dealt with here.
 */
export type PhotoFate = 'draft' | 'waiting' | 'ready' | 'handed' | 'held' | 'over' | 'sent' | 'refused';

/** What this phone remembers of a photo's dispute: the mutation that opens it, and the one that hands its refusal to the office. */
export interface DisputeTold {
	opening?: StoredMutation;
	handOver?: StoredMutation;
}

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

/** By dispute id, in the order of `mutations`: the last one of each kind counts. */
export function disputesIn(mutations: readonly StoredMutation[]): Map<string, DisputeTold> {
	const disputes = new Map<string, DisputeTold>();
	for (const mutation of mutations) {
		if (mutation.dismissed) continue;
		const disputeId = disputeOf(mutation);
		if (disputeId === undefined) continue;
		const told = mutation.name === 'shipment.dispute' ? { opening: mutation } : { handOver: mutation };
		disputes.set(disputeId, { ...disputes.get(disputeId), ...told });
	}
	return disputes;
}

/** The dispute that a mutation opens, or whose refusal it hands over. */
function disputeOf({ name, args }: StoredMutation): string | undefined {
	if (name === 'shipment.dispute') return (JSON.parse(args) as CommandArgs['shipment.dispute']).disputeId;
	if (name !== 'refusal.handOver') return undefined;
	const told = JSON.parse(args) as CommandArgs['refusal.handOver'];
	if (told.command !== 'shipment.dispute') return undefined;
	return (told.arguments as Partial<CommandArgs['shipment.dispute']>).disputeId;
}

/** [D1, §11] What becomes of a photo; it goes where its dispute went. */
export function fateOf(photo: StoredPhoto, { opening, handOver }: DisputeTold = {}): PhotoFate {
	if (photo.stands !== 'kept') return photo.stands;
	const opened = opening && withMutation(opening);
	if (opened && (opened !== 'over' || !handOver)) return opened;
	if (!handOver) return photo.drafted ? 'draft' : 'ready';
	const handed = withMutation(handOver);
	return handed === 'ready' ? 'handed' : handed;
}

/** Of what goes along with this mutation. */
function withMutation({ verdict, stands }: StoredMutation): 'waiting' | 'ready' | 'held' | 'over' {
	if (!verdict) return 'waiting';
	if (verdict.status === 'ok' || verdict.status === 'noop') return 'ready';
	return stands === 'todo' ? 'held' : 'over';
}

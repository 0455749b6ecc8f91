/**
 * Why a mutation was refused may lie in an earlier refusal: the carton whose creation was refused cannot be packed. This
 * finds the last refused mutation of the same replica that named the same thing; it explains, and never decides (sync §4.6).
 */
import { refusedBefore } from './verdicts.ts';
import type { Database } from '#lib/server/store/store-port.ts';

/** How many refusals back one looks. */
const LOOK_BACK = 200;

interface Refused {
	uid: string;
	things: ReadonlySet<string>;
}

/** The refusals of one replica, the last last. Read from the log when first asked, so a restart changes nothing. */
export class Refusals {
	readonly #db: Database;
	readonly #replicaId: string;
	#known: Refused[] | null = null;
	readonly #added: Refused[] = [];

	constructor(db: Database, replicaId: string) {
		this.#db = db;
		this.#replicaId = replicaId;
	}

	/** The uid of the last refusal about a thing that these arguments name, or undefined. */
	causeOf(args: string): string | undefined {
		const named = thingsNamed(args);
		if (named.size === 0) return undefined;
		this.#known ??= refusedBefore(this.#db, this.#replicaId, LOOK_BACK)
			.reverse()
			.map((refused) => ({ uid: refused.uid, things: thingsChanged(refused.name, refused.args) }));
		const shares = ({ things }: Refused) => [...things].some((thing) => named.has(thing));
		return (this.#added.findLast(shares) ?? this.#known.findLast(shares))?.uid;
	}

	/** One more refusal of the push that is being decided, not yet in the log. */
	add(uid: string, name: string, args: string): void {
		this.#added.push({ uid, things: thingsChanged(name, args) });
	}
}

/** Every id that the arguments name. */
const thingsNamed = (args: string): Set<string> => idsOf(args, ['cartonId', 'shipmentId', 'intoShipmentId', 'ids']);

/**
 * What the refused mutation was to change. A carton command is about its carton alone: two cartons refused by one locked
 * shipment are not each other's cause.
 */
const thingsChanged = (name: string, args: string): Set<string> =>
	idsOf(args, name.startsWith('shipment.') ? ['shipmentId'] : ['cartonId']);

function idsOf(args: string, keys: readonly string[]): Set<string> {
	let parsed: unknown;
	try {
		parsed = JSON.parse(args);
	} catch {
		return new Set();
	}
	if (typeof parsed !== 'object' || parsed === null) return new Set();
	const values = keys.flatMap((key) => (parsed as Record<string, unknown>)[key]);
	return new Set(values.filter((value) => typeof value === 'string'));
}

/**
 * The wire, loaded at the first contact: no scan waits for it, so it is no part of what a phone loads before its first one
 * (docs/decisions/0006). A part that cannot be loaded is a server that cannot be reached.
 */
import type { Answer, ReplicaStore, Transport } from '#lib/sync/ports.ts';

/** @param database its name: the wire says what a former one of that name held */
export function lateWire(store: ReplicaStore, database: string): Transport {
	let loading: Promise<Transport | null> | null = null;
	const wire = () =>
		// eslint-disable-next-line fence/dynamic-import -- only the first contact needs it (docs/decisions/0006)
		(loading ??= import('./wire.ts').then(
			({ openWire }) => openWire(store, database),
			// Asked for again at the next contact.
			() => (loading = null)
		));
	const late =
		<I extends unknown[], T>(call: (wire: Transport, ...input: I) => Promise<Answer<T>>) =>
		async (...input: I): Promise<Answer<T>> => {
			const loaded = await wire();
			return loaded ? call(loaded, ...input) : { kind: 'silent', why: 'offline' };
		};
	type Input<K extends keyof Transport> = Parameters<Transport[K]>;
	return {
		hello: late((wire, ...input: Input<'hello'>) => wire.hello(...input)),
		heal: late((wire, ...input: Input<'heal'>) => wire.heal(...input)),
		push: late((wire, ...input: Input<'push'>) => wire.push(...input)),
		pull: late((wire, ...input: Input<'pull'>) => wire.pull(...input)),
		digest: late((wire, ...input: Input<'digest'>) => wire.digest(...input)),
		snapshot: late((wire, ...input: Input<'snapshot'>) => wire.snapshot(...input)),
		me: late((wire) => wire.me())
	};
}

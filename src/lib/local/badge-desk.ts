/**
 * Taking this phone over by badge and PIN: the server decides while it answers, this phone's own memory of a former answer
 * when it is silent (§9, I21). A wrong PIN is counted on disk before it is compared, so that neither a reload nor pulling
 * the battery gives a try back.
 */
import { OFFLINE_TRIES, offlineWaitMs } from '#lib/domain/badge.ts';
import { normalizeCode } from '#lib/domain/codes.ts';
import type { SwitchInput, SwitchOutput } from '#lib/protocol/envelope.ts';
import type { Badges, OfflineOperator, Switched } from '#lib/sync/client.ts';
import type { Answer, Clock, ReplicaStore, Tx } from '#lib/sync/ports.ts';
import { isVerifier, verifierKey, type DeviceKeyState, type VerifierState } from '#lib/sync/records.ts';
import { readState } from '#lib/sync/state.ts';
import { canProve, isProven, newDeviceKey, provePin, type PinProof } from './pin-proof.ts';

/** What the correction of a clock may differ by from one contact to the next, in milliseconds. */
const CLOCK_SLACK_MS = 60_000;

type Heard = Extract<SwitchOutput, { kind: 'ok' }>;
/** A try that is allowed, and counted. */
type Counted = { kind: 'counted'; verifier: VerifierState; key: CryptoKey };

export class BadgeDesk implements Badges {
	#store: ReplicaStore;
	#clock: Clock;
	#ask: (input: SwitchInput) => Promise<Answer<SwitchOutput>>;

	constructor(store: ReplicaStore, clock: Clock, ask: (input: SwitchInput) => Promise<Answer<SwitchOutput>>) {
		this.#store = store;
		this.#clock = clock;
		this.#ask = ask;
	}

	async switchTo(badge: SwitchInput, how: { ask: boolean; leaving: () => void }): Promise<Switched> {
		if (!how.ask) return this.#switchAlone(badge, how.leaving);
		// Its second of work is done while the server thinks.
		const proving = canProve() ? this.#deviceKey().then((key) => provePin(badge.pin, key)) : Promise.resolve(null);
		const [answer, proof] = await Promise.all([this.#ask(badge), proving]);
		if (answer.kind === 'silent') return this.#switchAlone(badge, how.leaving);
		if (answer.kind === 'refused') {
			const { refusal } = answer;
			return { kind: 'refused', why: refusal === 'device_unknown' || refusal === 'device_revoked' ? refusal : 'busy' };
		}
		const { value } = answer;
		if (value.kind === 'ok') return this.#heard(value, badge.badgeCode, proof);
		return value.kind === 'wrong' ? { kind: 'wrong', left: null } : value;
	}

	async offline(): Promise<OfflineOperator[]> {
		return this.#store.transaction('read', ['meta'], async (tx) => {
			const now = await this.#now(tx);
			return (await tx.list('meta'))
				.filter(isVerifier)
				.filter((verifier) => whyNot(verifier, now) === null)
				.map(({ badgeCode, operator: { personId, name, until } }) => ({ personId, name, badgeCode, until }))
				.sort((a, b) => a.name.localeCompare(b.name, 'fr'));
		});
	}

	/** The server has handed the phone over: so does the phone, and remembers by what. */
	#heard(heard: Heard, badgeCode: string, proof: PinProof | null): Promise<Switched> {
		const { until, pinGeneration, serverNow: serverAt } = heard;
		const operator = { ...heard.operator, signedInBy: 'pin' as const, until };
		return this.#store.transaction('write', ['meta'], async (tx) => {
			await tx.put('meta', [{ key: 'operator', operator }]);
			if (proof) {
				const fresh = { serverAt, madeAt: await this.#now(tx), failures: 0, lockedUntil: null };
				const known = {
					key: verifierKey(operator.personId),
					badgeCode: normalizeCode(badgeCode),
					operator,
					pinGeneration
				};
				await tx.put('meta', [{ ...known, ...fresh, ...proof }]);
			}
			return { kind: 'switched', operator, how: 'online' };
		});
	}

	async #switchAlone({ badgeCode, pin }: SwitchInput, leaving: () => void): Promise<Switched> {
		const counted = await this.#count(normalizeCode(badgeCode));
		if (counted.kind !== 'counted') return counted;
		const { verifier, key } = counted;
		const isRight = await isProven(pin, key, verifier);
		if (isRight) leaving();
		return this.#store.transaction('write', ['meta'], async (tx) => {
			const [now] = (await tx.get('meta', [verifier.key])) as [VerifierState | undefined];
			// The server has spoken meanwhile.
			if (now?.serverAt !== verifier.serverAt) return { kind: 'needs_network', why: 'unknown' };
			if (isRight) {
				const { operator } = verifier;
				await tx.put('meta', [
					{ key: 'operator', operator },
					{ ...verifier, failures: 0, lockedUntil: null }
				]);
				return { kind: 'switched', operator, how: 'offline' };
			}
			const { failures } = now;
			if (failures >= OFFLINE_TRIES) {
				await tx.remove('meta', [verifier.key]);
				return { kind: 'needs_network', why: 'forgotten' };
			}
			const waitMs = offlineWaitMs(failures);
			return waitMs > 0 ? { kind: 'wait', seconds: waitMs / 1000 } : { kind: 'wrong', left: OFFLINE_TRIES - failures };
		});
	}

	/** Counts a try as failed, on disk, before anybody looks at its PIN. */
	#count(badge: string): Promise<Counted | Switched> {
		return this.#store.transaction('write', ['meta'], async (tx) => {
			const verifier = (await tx.list('meta')).filter(isVerifier).find(({ badgeCode }) => badgeCode === badge);
			const [held] = (await tx.get('meta', ['device-key'])) as [DeviceKeyState | undefined];
			if (!verifier || !held) return { kind: 'needs_network', why: 'unknown' };
			const now = await this.#now(tx);
			const why = whyNot(verifier, now);
			if (why !== null) return { kind: 'needs_network', why };
			// A clock that was set back makes nobody wait longer than they were told.
			const left = Math.min((verifier.lockedUntil ?? now) - now, offlineWaitMs(verifier.failures));
			if (left > 0) return { kind: 'wait', seconds: Math.ceil(left / 1000) };
			const failures = verifier.failures + 1;
			// The tenth was counted and never answered for: as good as wrong.
			if (failures > OFFLINE_TRIES) {
				await tx.remove('meta', [verifier.key]);
				return { kind: 'needs_network', why: 'forgotten' };
			}
			const waitMs = offlineWaitMs(failures);
			const counted = { ...verifier, failures, lockedUntil: waitMs > 0 ? now + waitMs : null };
			await tx.put('meta', [counted]);
			return { kind: 'counted', verifier: counted, key: held.hmac as CryptoKey };
		});
	}

	/** Made once; of two tabs that make one at the same moment, the first is kept. */
	async #deviceKey(): Promise<CryptoKey> {
		const made = await newDeviceKey();
		return this.#store.transaction('write', ['meta'], async (tx) => {
			const [held] = (await tx.get('meta', ['device-key'])) as [DeviceKeyState | undefined];
			if (held) return held.hmac as CryptoKey;
			await tx.put('meta', [{ key: 'device-key', hmac: made }]);
			return made;
		});
	}

	/** This phone's clock, corrected by the offset of its last contact. */
	async #now(tx: Tx): Promise<number> {
		return this.#clock.now() + (await readState(tx)).replica.clockOffset;
	}
}

function whyNot({ operator, madeAt }: VerifierState, now: number): 'clock' | 'shift_over' | null {
	if (now < madeAt - CLOCK_SLACK_MS) return 'clock';
	return now >= Date.parse(operator.until) ? 'shift_over' : null;
}

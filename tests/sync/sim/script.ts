/**
 * What happens in one run of the simulator, as a list that a seed makes: so that it can be shown, repeated, and made shorter.
 * Each step draws from a sequence of its own, so that leaving one out changes as little as possible of the others.
 */
import { Seeded } from '../scheduler.ts';
import { TROUBLE_NAMES, type TroubleName } from './trouble.ts';

export const PHONES = ['first', 'second', 'third'] as const;

export interface Step {
	what: 'scan' | 'take back' | 'desk' | TroubleName;
	/** Which phone; the last is a copy, when there is one. */
	phone: number;
	/** Of what is drawn in this step. */
	seed: number;
	/** Milliseconds that pass afterwards. */
	pause: number;
}

/** Those that bring an end to a phone or a database happen now and then only. */
const RARE: ReadonlySet<string> = new Set(['backup restored', 'phone lost', 'account deactivated', 'signed out there']);

export function scriptOf(seed: number, steps: number): Step[] {
	const random = new Seeded(seed);
	return Array.from({ length: steps }, () => ({
		what: kindOf(random),
		phone: random.between(0, PHONES.length),
		seed: random.between(0, 2 ** 31),
		pause: random.chance(0.5) ? random.between(1, 8000) : 0
	}));
}

function kindOf(random: Seeded): Step['what'] {
	const dice = random.fraction();
	if (dice < 0.55) return 'scan';
	if (dice < 0.63) return 'take back';
	if (dice < 0.78) return 'desk';
	// Often enough that what comes after a restore is met.
	if (dice < 0.8) return random.chance(0.6) ? 'backup made' : 'backup restored';
	const trouble = random.pick(TROUBLE_NAMES);
	return RARE.has(trouble) && random.chance(0.6) ? 'scan' : trouble;
}

/**
 * [§9] Badge and PIN, by which workers who share a phone take it over from each other: what a badge's code looks like,
 * which PINs are too easy, and how long a phone without network makes people wait after wrong ones.
 */
export const BADGE_PREFIX = 'BADGE-';

export const SHORTEST_PIN = 4;
export const LONGEST_PIN = 8;

/** Is this text a PIN at all: four to eight digits? */
export const isPin = (text: string): boolean => /^\d{4,8}$/.test(text);

/** `form`: not four to eight digits. `badge`: it stands on the badge that it is shown with. */
export type PinWeakness = 'form' | 'repeated' | 'run' | 'badge';

/** Why somebody would guess this PIN first, or null. One or two digits repeated, 1234, 9876, and what the badge says. */
export function pinWeakness(pin: string, badgeCode: string | null): PinWeakness | null {
	if (!isPin(pin)) return 'form';
	if (/^(\d{1,2})\1+$/.test(pin)) return 'repeated';
	const steps = new Set([...pin].slice(1).map((digit, i) => (Number(digit) - Number(pin[i]) + 10) % 10));
	if (steps.size === 1 && (steps.has(1) || steps.has(9))) return 'run';
	const onBadge = (badgeCode ?? '').replace(/\D/g, '');
	return onBadge.length >= SHORTEST_PIN && (onBadge.includes(pin) || pin.includes(onBadge)) ? 'badge' : null;
}

/** Wrong PINs without network after which the phone forgets the person: only the server can let them in again. */
export const OFFLINE_TRIES = 10;

const MINUTE_MS = 60_000;

/** How long a phone without network waits after so many wrong PINs in a row, in milliseconds. */
export function offlineWaitMs(failures: number): number {
	if (failures < 5) return 0;
	return (failures === 5 ? 1 : failures === 6 ? 5 : 15) * MINUTE_MS;
}

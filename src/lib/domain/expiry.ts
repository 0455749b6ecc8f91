/** L7: how urgent a use-by date is. Dates are `YYYY-MM-DD` of the site. */

/** In order, the most urgent first. */
export const EXPIRY_URGENCIES = ['expired', 'critical', 'high', 'medium'] as const;
export type ExpiryUrgency = (typeof EXPIRY_URGENCIES)[number];

const DAY_MS = 86_400_000;

/** [L7] Under 7 days critical, under 14 high, under 30 medium; before today expired; else null: nobody need look yet. */
export function expiryUrgency(expiresOn: string, today: string): ExpiryUrgency | null {
	const days = (Date.parse(expiresOn) - Date.parse(today)) / DAY_MS;
	if (days < 0) return 'expired';
	if (days < 7) return 'critical';
	if (days < 14) return 'high';
	return days < 30 ? 'medium' : null;
}

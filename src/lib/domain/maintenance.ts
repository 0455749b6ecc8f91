/** A maintenance window, as desk and phone read it: announced, then read-only, then over. Pure; the clock is an argument. */

export interface MaintenanceWindow {
	/** ISO. */
	from: string;
	/** ISO; null: until somebody ends it. */
	until: string | null;
	/** What a person wrote about it; may be empty. */
	message: string;
}

export type MaintenanceState = 'none' | 'planned' | 'on';

/** @param now milliseconds since 1970 */
export function maintenanceState(window: MaintenanceWindow | null | undefined, now: number): MaintenanceState {
	if (!window || (window.until !== null && now >= Date.parse(window.until))) return 'none';
	return now < Date.parse(window.from) ? 'planned' : 'on';
}

/** Sizes and ages as people read them in a list. */
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `1.4 MB`: decimal units, as disks are sold. */
export function size(bytes: number): string {
	let [value, unit] = [bytes, 0];
	while (value >= 1000 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1];
	return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `5 min`, `26 h`, `4 days`: rounded down, so that "26 h" is never less than that. */
export function age(ms: number): string {
	const minutes = Math.floor(Math.max(0, ms) / 60_000);
	if (minutes < 120) return `${minutes} min`;
	return minutes < 72 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / (24 * 60))} days`;
}

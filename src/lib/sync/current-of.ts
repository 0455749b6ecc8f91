import type { Live } from './client.ts';

/** The value as it stands now: asks once and lets go. */
export function currentOf<T>(live: Live<T>): Promise<T> {
	return new Promise((resolve) => {
		let stop: (() => void) | null = null;
		let answered = false;
		stop = live((value) => {
			if (answered) return;
			answered = true;
			resolve(value);
			stop?.();
		});
		if (answered) stop();
	});
}

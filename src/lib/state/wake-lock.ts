/**
 * Keeps the screen lit while somebody scans: asked for again whenever the page becomes visible, because the phone takes it
 * back when it is not. A phone that refuses (battery saver) dims as usual.
 */
export function keepAwake(target: Window): () => void {
	const { document, navigator } = target;
	if (!('wakeLock' in navigator)) return () => undefined;
	let lock: WakeLockSentinel | null = null;
	let stopped = false;

	const ask = async (): Promise<void> => {
		if (document.visibilityState !== 'visible' || (lock && !lock.released)) return;
		try {
			const given = await navigator.wakeLock.request('screen');
			if (stopped) await given.release();
			else lock = given;
		} catch {
			// Refused for now; the next time the page becomes visible asks again.
		}
	};
	const whenVisible = (): void => void ask();
	document.addEventListener('visibilitychange', whenVisible);
	void ask();
	return () => {
		stopped = true;
		document.removeEventListener('visibilitychange', whenVisible);
		void lock?.release();
	};
}

export type WakeLockTried = 'held' | 'refused' | 'unsupported';

/** Whether this phone keeps its screen lit when it is asked to, now. */
export async function tryWakeLock({ navigator }: Window): Promise<WakeLockTried> {
	if (!('wakeLock' in navigator)) return 'unsupported';
	try {
		await (await navigator.wakeLock.request('screen')).release();
		return 'held';
	} catch {
		return 'refused';
	}
}

/** When answers are painted, measured inside the page of the built app: no word to or from it falls into a sample. */
import type { FloorPage } from '../../e2e/pages/floor-page.ts';

interface Watched {
	paints: number[];
}

/** From the next page load on, notes for each Enter how long until the answer that it brought was painted. */
export async function watchPaints(floor: FloorPage): Promise<void> {
	await floor.page.addInitScript(() => {
		const paints: number[] = [];
		let pressedAt: number | null = null;
		// Before the program's own listeners, which keep a scanner's Enter from the page.
		addEventListener('keydown', (event) => event.key === 'Enter' && (pressedAt = event.timeStamp), true);
		new MutationObserver((changes) => {
			if (pressedAt === null) return;
			// No function has a name here: the loader would mark it with a helper that the page does not have.
			const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
			if (!added.some((node) => node instanceof HTMLElement && node.dataset['testid'] === 'answer')) return;
			const from = pressedAt;
			pressedAt = null;
			requestAnimationFrame(() => {
				// A message that is sent within a frame arrives after it was painted.
				const { port1, port2 } = new MessageChannel();
				port1.onmessage = () => paints.push(performance.now() - from);
				port2.postMessage(null);
			});
		}).observe(document, { subtree: true, childList: true });
		Object.assign(window, { paints });
	});
}

/** Waits until that many answers were painted since the page was loaded. */
export async function paintedSoFar(floor: FloorPage, count: number): Promise<void> {
	await floor.page.waitForFunction((n) => (window as unknown as Watched).paints.length >= n, count, { polling: 50 });
}

/** The times since the page was loaded, in milliseconds. */
export const paintTimes = (floor: FloorPage): Promise<number[]> =>
	floor.page.evaluate(() => (window as unknown as Watched).paints);

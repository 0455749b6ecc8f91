/** An act that is tried and taken back: what it would answer is known, and nothing of it stays. */
import type { Store } from '#lib/server/store/store-port.ts';

/** A store whose writes are rolled back after they ran. */
export const tryingOnly = (store: Pick<Store, 'write'>): Pick<Store, 'write'> => ({
	async write(work) {
		const taken: { back?: { result: ReturnType<typeof work> } } = {};
		const over = new Error('taken back');
		try {
			await store.write((db) => {
				taken.back = { result: work(db) };
				throw over;
			});
		} catch (error) {
			if (error !== over || taken.back === undefined) throw error;
		}
		return taken.back!.result;
	}
});

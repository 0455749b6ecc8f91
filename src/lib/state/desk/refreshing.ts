/**
 * How the desk's small forms send: the answer is shown, and the page is read anew whatever it was. A refusal most often
 * means that the page was old, and each form needs a new uid once its mutation was decided.
 */
import type { enhance } from '$app/forms';
import { invalidateAll } from '$app/navigation';

export const refreshing = (() =>
	async ({ update, result }) => {
		await update();
		if (result.type === 'failure') await invalidateAll();
	}) satisfies NonNullable<Parameters<typeof enhance>[1]>;

/** The same for superforms, which read the page anew by themselves on success. A field that was filled in wrongly (400) decided nothing. */
export function refreshRefused({ result }: { result: { type: string; status?: number | undefined } }): void {
	if (result.type === 'failure' && result.status !== 400) void invalidateAll();
}

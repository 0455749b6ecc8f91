/**
 * A page that is read anew must not be replaced by an error because the server went away in that moment: what stands there,
 * and what somebody is typing into it, is worth more. SvelteKit reads a page's data through `window.fetch`, on purpose so that
 * it can be replaced; while a refresh runs, the open page's own reading waits for the server instead of failing. Leaving the
 * page asks for another address, and fails as it should.
 */
const AGAIN_MS = 2000;
const GONE: readonly number[] = [502, 503, 504];
/** What SvelteKit adds to the address of a page's data. */
const OWN_PARAMETERS = ['x-sveltekit-invalidated', 'x-sveltekit-trailing-slash'];

/**
 * Runs `refresh` with a `fetch` that asks again until it is answered, for the data of the page at `page` alone.
 * @param host where `fetch` is replaced: the window
 * @param rest resolves after a while
 */
export async function readPatiently(
	host: { fetch: typeof fetch },
	page: URL,
	refresh: () => Promise<void>,
	rest: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
): Promise<void> {
	const direct = host.fetch;
	const patient: typeof fetch = async (input, init) => {
		if (!isDataOf(page, input)) return direct(input, init);
		for (;;) {
			const answer = await direct(input, init).catch(() => null);
			if (answer !== null && !GONE.includes(answer.status)) return answer;
			await rest(AGAIN_MS);
		}
	};
	host.fetch = patient;
	try {
		await refresh();
	} finally {
		host.fetch = direct;
	}
}

function isDataOf(page: URL, input: RequestInfo | URL): boolean {
	if (input instanceof Request) return false;
	const url = new URL(input, page);
	for (const name of OWN_PARAMETERS) url.searchParams.delete(name);
	const data = `${page.pathname.replace(/\/$/, '')}/__data.json`;
	return url.origin === page.origin && url.pathname === data && url.search === page.search;
}

/** SvelteKit's own way of saying which request is being answered: it ships no types for it. */
declare module '@sveltejs/kit/internal/server' {
	export function with_request_store<T>(store: object | null, fn: () => T): T;
}

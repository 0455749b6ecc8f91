/** Whose address a request came from, behind as many proxies as the settings say. */
import type { RequestEvent } from '@sveltejs/kit';

/** With `XFF_DEPTH` n, the n-th address from the end of `X-Forwarded-For`: what the outermost proxy of ours has seen. */
export function clientAddress({ locals, request, getClientAddress }: RequestEvent): string {
	const { xffDepth } = locals.world.settings;
	const seen = request.headers.get('x-forwarded-for')?.split(',') ?? [];
	const forwarded = xffDepth > 0 ? seen.at(-xffDepth)?.trim() : undefined;
	return forwarded || getClientAddress();
}

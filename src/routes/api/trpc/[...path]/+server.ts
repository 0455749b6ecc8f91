/** tRPC over SvelteKit. JSON only, within the size that a push may have; refusals keep their HTTP status. */
import type { RequestHandler } from '@sveltejs/kit';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { clientAddress } from '#lib/server/access/client-address.ts';
import { appRouter } from '#lib/server/api/router.ts';
import { answerMeta, noteUnforeseen, type ApiContext } from '#lib/server/api/trpc.ts';
import { refusedBeforeParsing } from '#lib/server/api/refused-before-parsing.ts';

const answer: RequestHandler = async (event) => {
	const { locals, request, cookies, params } = event;
	if (Object.hasOwn(appRouter._def.procedures, params['path'] ?? '')) locals.endpoint = `/api/trpc/${params['path']}`;
	const refused = await refusedBeforeParsing(request);
	if (refused instanceof Response) return refused;
	const { world, person, device, requestId } = locals;
	const credential = locals.cookies.device(cookies);
	let renewed = false;
	let opened: string | null = null;
	const context: ApiContext = {
		world,
		person,
		device,
		requestId,
		address: () => clientAddress(event),
		userAgent: request.headers.get('user-agent') ?? '',
		renewDevice: () => (renewed = true),
		keepSession: (token) => (opened = token)
	};
	const response = await fetchRequestHandler({
		endpoint: '/api/trpc',
		req: refused,
		router: appRouter,
		allowBatching: false,
		createContext: () => context,
		responseMeta: ({ errors }) => (errors[0] === undefined ? {} : answerMeta(errors[0])),
		onError: ({ error, path }) => noteUnforeseen(world, error, path)
	});
	if (opened !== null) locals.cookies.keepSession(cookies, opened);
	if (renewed && credential) locals.cookies.keepDevice(cookies, credential);
	return response;
};

export const GET = answer;
export const POST = answer;

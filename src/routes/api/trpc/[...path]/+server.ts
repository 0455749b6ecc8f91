/** tRPC over SvelteKit. JSON only, within the size that a push may have; refusals keep their HTTP status. */
import type { RequestHandler } from '@sveltejs/kit';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { MAX_PUSH_BYTES } from '#lib/protocol/version.ts';
import { clientAddress } from '#lib/server/access/client-address.ts';
import { appRouter } from '#lib/server/api/router.ts';
import { refusalOf, type ApiContext } from '#lib/server/api/trpc.ts';
import { refusedBeforeParsing } from '#lib/server/api/refused-before-parsing.ts';

/** The envelope around a push's mutations. */
const ENVELOPE_BYTES = 16 * 1024;

const answer: RequestHandler = async (event) => {
	const { locals, request, cookies, params } = event;
	if (Object.hasOwn(appRouter._def.procedures, params['path'] ?? '')) locals.endpoint = `/api/trpc/${params['path']}`;
	const refused = await refusedBeforeParsing(request, MAX_PUSH_BYTES + ENVELOPE_BYTES);
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
		responseMeta: ({ errors }) => {
			const refusal = errors[0] && refusalOf(errors[0]);
			if (!refusal) return {};
			const { status, retryAfterMs } = refusal;
			return {
				status,
				...(retryAfterMs === undefined ? {} : { headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } })
			};
		},
		onError: ({ error, path }) => {
			if (error.code === 'INTERNAL_SERVER_ERROR' && refusalOf(error) === null)
				world.log.error({ event: 'procedure_failed', procedure: path, err: error.cause ?? error }, 'procedure failed');
		}
	});
	if (opened !== null) locals.cookies.keepSession(cookies, opened);
	if (renewed && credential) locals.cookies.keepDevice(cookies, credential);
	return response;
};

export const GET = answer;
export const POST = answer;

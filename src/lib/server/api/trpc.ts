/**
 * How a tRPC procedure knows who asks, and how a refusal reaches the phone: as an HTTP status and `data.escale`, which its
 * sync reads. An error that nobody foresaw is logged with the request's id and says nothing else.
 */
import { initTRPC, TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { roleReaches } from '#lib/domain/roles.ts';
import type { Role } from '#lib/domain/rows.ts';
import type { Device } from '#lib/server/access/devices.ts';
import type { SignedIn } from '#lib/server/access/sessions.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import { TransportError } from '#lib/server/sync/transport-error.ts';

export interface ApiContext {
	world: ServerWorld;
	person: SignedIn | null;
	device: Device | null;
	requestId: string;
	/** Whose limits a guess counts to. */
	address: () => string;
	userAgent: string;
	/** Sends the device's cookie again, with a new life (sync.hello). */
	renewDevice: () => void;
	/** Sends the cookie of a session that a call opened. */
	keepSession: (token: string) => void;
}

const t = initTRPC.context<ApiContext>().create({
	isDev: false,
	errorFormatter: ({ shape, error, ctx }) => {
		const refusal = refusalOf(error);
		return {
			...shape,
			message: error.code === 'INTERNAL_SERVER_ERROR' && refusal === null ? 'Internal error.' : shape.message,
			data: {
				...shape.data,
				httpStatus: refusal?.status ?? shape.data.httpStatus,
				requestId: ctx?.requestId ?? '',
				escale: refusal && { refusal: refusal.refusal, retryAfterMs: refusal.retryAfterMs ?? null }
			}
		};
	}
});

/** The store's refusal behind a tRPC error; arguments that fit no schema are one too. */
export function refusalOf(error: TRPCError): TransportError | null {
	if (error.cause instanceof TransportError) return error.cause;
	if (error.code === 'BAD_REQUEST' || error.code === 'PARSE_ERROR')
		return new TransportError('malformed', error.message);
	return null;
}

/** With which status and headers an error is answered. */
export function answerMeta(error: TRPCError): { status: number; headers: Record<string, string> } {
	const { status = getHTTPStatusCodeFromError(error), retryAfterMs } = refusalOf(error) ?? {};
	return {
		status,
		headers: retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }
	};
}

/** Logs an error that is no refusal. */
export function noteUnforeseen(
	{ log }: Pick<ServerWorld, 'log'>,
	error: TRPCError,
	procedure: string | undefined
): void {
	if (error.code === 'INTERNAL_SERVER_ERROR' && refusalOf(error) === null)
		log.error({ event: 'procedure_failed', procedure, err: error.cause ?? error }, 'procedure failed');
}

export const { router, createCallerFactory } = t;
export const publicProcedure = t.procedure;

/** [sync §4.1] A browser that is registered, whoever is signed in. Spends its budget. */
export const deviceProcedure = t.procedure.use(async ({ ctx, next }) => {
	const { device, world } = ctx;
	if (device === null) throw refuse(new TransportError('device_unknown', 'This browser is not registered: sign in.'));
	if (device.status === 'revoked') throw refuse(new TransportError('device_revoked', 'This browser was revoked.'));
	const retryAfterMs = await world.syncBudget.spend(device.id);
	if (retryAfterMs > 0) throw refuse(new TransportError('too_many_requests', 'Too many calls.', { retryAfterMs }));
	return next({ ctx: { ...ctx, device } });
});

/** [I26] A browser that hands in what a revoked device had not sent: itself, or itself before it signed in anew. Spends the same budget. */
export const salvageProcedure = t.procedure.use(async ({ ctx, next }) => {
	const { device, world } = ctx;
	if (device === null) throw refuse(new TransportError('device_unknown', 'This is for browsers that were revoked.'));
	const retryAfterMs = await world.syncBudget.spend(device.id);
	if (retryAfterMs > 0) throw refuse(new TransportError('too_many_requests', 'Too many calls.', { retryAfterMs }));
	return next({ ctx: { ...ctx, device } });
});

/** A person who is signed in, with at least this role at this moment. */
export const personProcedure = (needed: Role) =>
	t.procedure.use(({ ctx, next }) => {
		const { person } = ctx;
		if (person === null) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first.' });
		if (!roleReaches(person.role, needed))
			throw new TRPCError({ code: 'FORBIDDEN', message: `This needs the role ${needed}.` });
		return next({ ctx: { ...ctx, person } });
	});

/** tRPC's own words for the statuses that have one; the others go by `responseMeta` and `data.httpStatus` alone. */
const CODES: Record<number, TRPCError['code']> = {
	400: 'BAD_REQUEST',
	401: 'UNAUTHORIZED',
	409: 'CONFLICT',
	413: 'PAYLOAD_TOO_LARGE',
	426: 'PRECONDITION_FAILED',
	429: 'TOO_MANY_REQUESTS',
	503: 'SERVICE_UNAVAILABLE'
};

/** A TransportError as tRPC carries it. */
export const refuse = (error: TransportError): TRPCError =>
	new TRPCError({ code: CODES[error.status] ?? 'INTERNAL_SERVER_ERROR', message: error.message, cause: error });

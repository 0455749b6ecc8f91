/** How a refusal of the store passes through a procedure: with its status, its reason and the time to wait. */
import { TransportError } from '#lib/server/sync/transport-error.ts';
import { refuse } from './trpc.ts';

export async function passing<T>(call: () => T | Promise<T>): Promise<T> {
	try {
		return await call();
	} catch (error) {
		throw error instanceof TransportError ? refuse(error) : error;
	}
}

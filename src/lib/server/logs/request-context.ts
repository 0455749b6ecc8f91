/** Which request the code that runs now runs for, so that each line it logs says so without being told. */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface RequestContext {
	request_id: string;
	/** The id of who is signed in. */
	person?: string;
}

const current = new AsyncLocalStorage<RequestContext>();

export const requestContext = (): RequestContext | undefined => current.getStore();

export const inRequest = <T>(context: RequestContext, run: () => T): T => current.run(context, run);

/** `run` as part of the request that asks now, whoever calls it later. */
export function boundToRequest<A extends unknown[], T>(run: (...args: A) => T): (...args: A) => T {
	const context = current.getStore();
	return context === undefined ? run : (...args) => current.run(context, run, ...args);
}

/** Refusals that a person sees as a page: with the request's id, like errors that nobody foresaw, so that they can be found in the log. */
import { error as kitError } from '@sveltejs/kit';
import { requestContext } from '#lib/server/logs/request-context.ts';

/**
 * @param message in the reader's language
 * @throws HttpError always
 */
export function error(status: number, message = `Error: ${status}`): never {
	const requestId = requestContext()?.request_id;
	kitError(status, requestId === undefined ? { message } : { message, requestId });
}

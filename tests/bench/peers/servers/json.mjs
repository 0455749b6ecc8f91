/** JSON over HTTP with as little around it as there can be. */

/** @param {import('node:http').IncomingMessage} request */
export async function bodyOf(request) {
	const chunks = [];
	for await (const chunk of request) chunks.push(chunk);
	return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** @param {import('node:http').ServerResponse} response */
export function say(response, value) {
	response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
	response.end(JSON.stringify(value));
}

/**
 * @param {Record<string, (input: { url: URL, body: unknown }) => unknown>} calls by path
 * @returns {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => Promise<void>}
 */
export const answering = (calls) => async (request, response) => {
	const url = new URL(request.url, 'http://localhost');
	const call = calls[url.pathname];
	if (call === undefined) return void response.writeHead(404).end();
	say(response, await call({ url, body: request.method === 'POST' ? await bodyOf(request) : undefined }));
};

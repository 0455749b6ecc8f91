/** What a revoked phone handed back, as a file in the form that a phone exports its own queue in. */
import { adminOnly } from '../../../admin-only.server.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => {
	const { world } = adminOnly(event);
	const { id } = event.params;
	const mutations = world.access.salvage.list(id).map(({ body }) => body);
	const text = JSON.stringify({ escale: 'queue', deviceId: id, mutations }, null, '\t');
	return new Response(text, {
		headers: {
			'content-type': 'application/json',
			'content-disposition': 'attachment; filename="escale-salvage.json"',
			'cache-control': 'no-store'
		}
	});
};

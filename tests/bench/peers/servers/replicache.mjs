/** Replicache's protocol of versions: rows and clients carry the version of their last change, the cookie is a version. */
import { cartons } from '../carton.mjs';
import { answering } from './json.mjs';

/** By id: `{ version, row }`. */
let rows = new Map();
/** By client id: `{ version, clientGroupID, lmid }`. */
let clients = new Map();
let head = 1;

function reset() {
	rows = new Map(cartons().map((row) => [row.id, { version: head, row }]));
	clients = new Map();
	return {};
}

function pull({ body: { cookie, clientGroupID } }) {
	const since = cookie ?? 0;
	const patch = [];
	for (const [key, { version, row }] of rows) if (version > since) patch.push({ op: 'put', key, value: row });
	const changed = [...clients].filter(([, one]) => one.clientGroupID === clientGroupID && one.version > since);
	return {
		cookie: head,
		lastMutationIDChanges: Object.fromEntries(changed.map(([id, { lmid }]) => [id, lmid])),
		patch
	};
}

function push({ body: { clientGroupID, mutations } }) {
	const version = ++head;
	for (const { clientID, id, args } of mutations) {
		const { id: key, ...fields } = args;
		rows.set(key, { version, row: { ...rows.get(key).row, ...fields } });
		clients.set(clientID, { version, clientGroupID, lmid: id });
	}
	return {};
}

const labelled = () => ({ count: [...rows.values()].filter(({ row }) => row.status === 'labeled').length });

reset();
export const answer = answering({ '/pull': pull, '/push': push, '/reset': reset, '/labelled': labelled });

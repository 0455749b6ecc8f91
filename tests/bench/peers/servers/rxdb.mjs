/** Pull after a sequence number, push with the last writer winning. */
import { cartons } from '../carton.mjs';
import { answering } from './json.mjs';

/** By id, in the order of their last change. */
let rows = new Map();
let head = 0;

function put(row) {
	rows.delete(row.id);
	rows.set(row.id, { seq: ++head, row });
}

function reset() {
	rows = new Map();
	head = 0;
	for (const row of cartons()) put({ ...row, _deleted: false });
	return {};
}

function pull({ url }) {
	const after = Number(url.searchParams.get('after'));
	const page = [...rows.values()].filter(({ seq }) => seq > after).slice(0, Number(url.searchParams.get('limit')));
	return { documents: page.map(({ row }) => row), checkpoint: { seq: page.at(-1)?.seq ?? after } };
}

function push({ body }) {
	for (const { newDocumentState } of body) put(newDocumentState);
	return [];
}

const labelled = () => ({ count: [...rows.values()].filter(({ row }) => row.status === 'labeled').length });

reset();
export const answer = answering({ '/pull': pull, '/push': push, '/reset': reset, '/labelled': labelled });

/** express-pouchdb over PouchDB's adapter in memory, in its smallest mode. */
import express from 'express';
import expressPouchDB from 'express-pouchdb';
import memory from 'pouchdb-adapter-memory';
import PouchDB from 'pouchdb-core';
import { cartons } from '../carton.mjs';
import { say } from './json.mjs';

const InMemory = PouchDB.plugin(memory).defaults({ adapter: 'memory' });
let database;
let filled = 0;

/** Another database: express-pouchdb keeps hold of one that was destroyed, and never answers for it again. */
async function reset() {
	database = new InMemory(`cartons-${++filled}`);
	await database.bulkDocs(cartons().map(({ id, ...carton }) => ({ _id: id, ...carton })));
	return { name: database.name };
}

async function labelled() {
	const { rows } = await database.allDocs({ include_docs: true });
	return { count: rows.filter(({ doc }) => doc.status === 'labeled').length };
}

const app = express();
app.disable('x-powered-by');
app.post('/reset', async (_request, response) => say(response, await reset()));
app.get('/labelled', async (_request, response) => say(response, await labelled()));
app.use('/db', expressPouchDB(InMemory, { mode: 'minimumForPouchDB', inMemoryConfig: true }));

await reset();
export const answer = async (request, response) => app(request, response);

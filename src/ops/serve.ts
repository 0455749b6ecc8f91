/**
 * The HTTP server around the built application. `npm start`, `ops serve` and the journeys of the tests run it; what a request
 * means is the application's. Stopping tells the application (`escale:leaving`), which is not ready from then on; listens a
 * moment longer, so that whoever looks sees it; then lets nobody in and ends event streams (`escale:stopping`), so that a phone
 * that asks why finds nobody; lets answers finish; then tells the application for the last time (`sveltekit:shutdown`), which ends its jobs and closes its database. Less than 30 seconds in all.
 */
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { standingHeaders } from '#lib/server/access/secure-headers.ts';
import type { SyncDoor } from '#lib/server/api/sync-door.ts';
import { allowOneClick, HTTP_LIMITS, MOST_BODY, MOST_CONNECTIONS, turnedAway } from './http-limits.ts';
import { StepFailed } from './progress.js';

/** A server that is to stop still listens for so long and says that it is not ready, in milliseconds. */
const LEAVING_MS = 500;
/** An answer still running this long after the wish to stop is cut off, in milliseconds. */
const ANSWER_MS = 10_000;
/** What the application may take to close its database afterwards, in milliseconds. */
const CLOSING_MS = 15_000;

/**
 * How far the heap may grow between two collections, in percent of what is in use. By itself it doubles on a machine with much
 * memory: a storm of phones then holds half as much again, for no gain in speed (docs/benches.md).
 */
const HEAP_GROWTH = 30;

export interface Address {
	host: string;
	port: number;
}

/** What the handler of the build has to be told besides; the rest of the settings the application reads itself. */
export interface Published extends Address {
	/** What people type: forms and cookies are checked against it. */
	origin: string;
	/** How many proxies in front add to `X-Forwarded-For`; 0: the header is not believed. */
	xffDepth: number;
	/** HTTPS of our own on a local network. */
	lan?: boolean;
	/** How long browsers stay with HTTPS, in seconds. */
	hstsSeconds: number;
	/** Absent: plain HTTP, for this machine or behind a proxy. */
	tls?: Tls;
}

/** Both PEM. */
export interface Tls {
	certificate: string;
	key: string;
}

export interface Serving {
	/** Connections from now on see this certificate; those that are open go on. Nothing on plain HTTP. */
	useCertificate(tls: Tls): void;
	/** Resolves when nothing is being answered any more and the application has been told. */
	stop(signal: string): Promise<void>;
}

/**
 * Loads the build and listens. The handler of adapter-node reads `process.env` while it is loaded, so this comes first.
 * @throws StepFailed when there is no build or the port cannot be had; whatever the application's own start refuses
 */
export async function serve(address: Published): Promise<Serving> {
	setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
	process.env['ORIGIN'] = address.origin;
	process.env['BODY_SIZE_LIMIT'] = String(MOST_BODY);
	if (address.xffDepth > 0) process.env['ADDRESS_HEADER'] = 'x-forwarded-for';
	else delete process.env['XFF_DEPTH'];
	const { handler, syncDoor } = await loadBuild();
	const open = new Set<ServerResponse>();
	const headers = new Map(Object.entries(standingHeaders(address)));
	let isLeaving = false;
	const answer: RequestListener = (request, response) => {
		// A client that goes on asking over a kept connection would keep the server from ending.
		if (isLeaving) response.setHeader('connection', 'close');
		open.add(response);
		response.once('close', () => open.delete(response));
		// What the application did not read of a body is dropped: a proxy that is still sending it would pass no answer on.
		response.once('finish', () => request.removeAllListeners('data').resume());
		// Files and the prerendered shell never come by the application's own hooks.
		response.setHeaders(headers);
		allowOneClick(request, address);
		if (turnedAway(request, response, address)) return;
		if (!syncDoor.answer(request, response)) handler(request, response);
	};
	const { tls } = address;
	const server = tls
		? createTlsServer({ ...HTTP_LIMITS, ...contextOf(tls) }, answer)
		: createServer(HTTP_LIMITS, answer);
	server.maxConnections = MOST_CONNECTIONS;
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => reject(portRefusal(error, address)));
		server.listen(address.port, address.host, resolve);
	});

	let stopping: Promise<void> | undefined;
	const stop = async (signal: string) => {
		isLeaving = true;
		for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close');
		(process as NodeJS.EventEmitter).emit('escale:leaving', signal);
		await sleep(LEAVING_MS);
		const closed = new Promise<void>((resolve) => server.close(() => resolve()));
		(process as NodeJS.EventEmitter).emit('escale:stopping', signal);
		for (const response of open) {
			if (String(response.getHeader('content-type')).startsWith('text/event-stream')) response.destroy();
		}
		server.closeIdleConnections();
		const cutOff = setTimeout(() => server.closeAllConnections(), ANSWER_MS);
		await closed;
		clearTimeout(cutOff);
		// adapter-node's own word for it; its listeners may go on for a while, and the process ends when they are done.
		(process as NodeJS.EventEmitter).emit('sveltekit:shutdown', signal);
		setTimeout(() => process.exit(1), CLOSING_MS).unref();
	};
	return {
		stop: (signal) => (stopping ??= stop(signal)),
		useCertificate: (renewed) => {
			if (server instanceof TlsServer) server.setSecureContext(contextOf(renewed));
		}
	};
}

const contextOf = ({ certificate, key }: Tls) => ({ cert: certificate, key, minVersion: 'TLSv1.2' as const });

/** Stops on SIGINT and SIGTERM; a second one ends the process at once. */
export function stopOnSignals(serving: Serving): void {
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => {
			process.once(signal, () => process.exit(130));
			void serving.stop(signal);
		});
	}
}

/** @throws StepFailed when somebody else listens there: better said before a long build than after it */
export async function checkPort({ host, port }: Address): Promise<void> {
	const probe = createServer();
	await new Promise<void>((resolve, reject) => {
		probe.once('error', (error: NodeJS.ErrnoException) => reject(portRefusal(error, { host, port })));
		probe.listen(port, host, () => probe.close(() => resolve()));
	});
}

interface Build {
	handler: RequestListener;
	syncDoor: Pick<SyncDoor, 'answer'>;
}

async function loadBuild(): Promise<Build> {
	const file = new URL('../../build/handler.js', import.meta.url).href;
	try {
		const { handler } = (await import(file)) as { handler: RequestListener };
		// The application has started by now; this program and the build are two copies of the same modules.
		const { syncDoor } = (globalThis as unknown as { escale: { syncDoor: SyncDoor } }).escale;
		return { handler, syncDoor };
	} catch (error) {
		if (
			(error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' &&
			String(error).includes('build/handler.js')
		) {
			throw new StepFailed('There is no build yet: npm run build (npm start does it by itself).');
		}
		throw error;
	}
}

/** @returns what to throw */
export function portRefusal(error: NodeJS.ErrnoException, { host, port }: Address): Error {
	const reasons: Record<string, string> = {
		EADDRINUSE: `Port ${port} is in use. Stop what uses it, or choose another one: PORT=${port + 1} npm start`,
		EACCES: `Port ${port} may not be used by this account. Choose one above 1023: PORT=3000 npm start`,
		EADDRNOTAVAIL: `This machine has no address ${host}. Check HOST.`
	};
	const reason = reasons[error.code ?? ''];
	return reason === undefined ? error : new StepFailed(reason);
}

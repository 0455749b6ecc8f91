/**
 * Streams a snapshot: gunzip, split into lines, parse, hand over in chunks while the next bytes arrive. A torn download is
 * taken up at the byte where it stopped; if the server's file is another one by then, it begins again.
 */
import type { SnapshotHeader, SnapshotLine, SnapshotTrailer, TransportRefusal } from '#lib/protocol/envelope.ts';
import type { Answer, SnapshotSink } from '#lib/sync/ports.ts';
import { whyNotOurs } from './no-answer.ts';

/** Rows put in one transaction: large enough to be fast, small enough that a scan between two of them does not wait. */
const CHUNK_ROWS = 2000;
/** No byte for so long: the line is dead even if nobody says so. */
const STALL_MS = 20_000;
/** Resumed so often without a single new byte, it is given up until the loop's next attempt. */
const FRUITLESS_TRIES = 3;

type Failure = Exclude<Answer<never>, { kind: 'ok' }>;

export async function downloadSnapshot(
	input: { replicaId: string; schema: number },
	sink: SnapshotSink
): Promise<Answer<SnapshotTrailer>> {
	const url = `/api/sync/snapshot?${new URLSearchParams({ replica: input.replicaId, schema: String(input.schema) })}`;
	for (let restarts = 0; restarts <= FRUITLESS_TRIES; restarts++) {
		const outcome = await downloadOnce(url, sink);
		if (outcome !== 'restart') return outcome;
	}
	return { kind: 'silent', why: 'server_error' };
}

/** One file from its first byte to its trailer, over as many requests as the line needs. */
async function downloadOnce(url: string, sink: SnapshotSink): Promise<Answer<SnapshotTrailer> | 'restart'> {
	const gunzip = new DecompressionStream('gzip');
	const reading = readLines(gunzip.readable, sink);
	// Awaited below; until then a rejection must not count as unhandled.
	reading.catch(() => undefined);
	const writer = gunzip.writable.getWriter();
	let received = 0;
	let etag: string | null = null;
	let fruitless = 0;
	try {
		for (;;) {
			const before = received;
			const part = await fetchPart(url, received, etag);
			if (part === 'restart' || !('body' in part)) {
				await writer.abort().catch(() => undefined);
				if (part === 'restart') return 'restart';
				if (part.kind === 'refused' || ++fruitless >= FRUITLESS_TRIES) return part;
				continue;
			}
			etag = part.etag;
			const isWhole = await pump(part, async (bytes) => {
				received += bytes.byteLength;
				await writer.write(bytes);
			});
			if (isWhole) break;
			fruitless = received > before ? 0 : fruitless + 1;
			if (fruitless >= FRUITLESS_TRIES || etag === null) {
				await writer.abort().catch(() => undefined);
				return { kind: 'silent', why: 'offline' };
			}
		}
		await writer.close();
		const trailer = await reading;
		return trailer ? { kind: 'ok', value: trailer } : 'restart';
	} catch (error) {
		await writer.abort().catch(() => undefined);
		// Bytes that are no gzip, or no lines of ours: this file is damaged. What the sink threw is storage, and its own.
		if (error instanceof DamagedFile || error instanceof TypeError) return 'restart';
		throw error;
	}
}

interface Part {
	body: ReadableStream<Uint8Array<ArrayBuffer>>;
	etag: string | null;
	stop: AbortController;
	/** Bytes that this response should carry; null when it does not say. */
	length: number | null;
}

async function fetchPart(url: string, from: number, etag: string | null): Promise<Part | Failure | 'restart'> {
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort(), STALL_MS);
	const headers: Record<string, string> =
		from > 0 && etag !== null ? { range: `bytes=${from}-`, 'if-range': etag } : {};
	try {
		const response = await fetch(url, { headers, signal: stop.signal, cache: 'no-store', credentials: 'same-origin' });
		if (response.ok) {
			const notOurs = whyNotOurs(response, ['application/gzip', 'application/x-ndjson']);
			if (notOurs) return { kind: 'silent', why: notOurs.why };
			// The whole file again instead of its rest: it is a newer one.
			if (from > 0 && response.status !== 206) return 'restart';
			const length = response.headers.get('content-length');
			return {
				body: response.body!,
				etag: response.headers.get('etag'),
				stop,
				length: length === null ? null : Number(length)
			};
		}
		if (response.status === 416) return 'restart';
		return await refusalOf(response);
	} catch {
		return { kind: 'silent', why: 'offline' };
	} finally {
		clearTimeout(timer);
	}
}

/** The shape in which tRPC's errors come, too. */
interface Refusal {
	error?: { data?: { escale?: { refusal: TransportRefusal; retryAfterMs: number | null } } };
}

async function refusalOf(response: Response): Promise<Failure> {
	const notOurs = whyNotOurs(response);
	if (notOurs) return { kind: 'silent', why: notOurs.why };
	const body = (await response.json().catch(() => null)) as Refusal | null;
	const escale = body?.error?.data?.escale;
	if (!escale) return { kind: 'silent', why: 'server_error' };
	return { kind: 'refused', refusal: escale.refusal, status: response.status, retryAfterMs: escale.retryAfterMs };
}

/** Hands the bytes on as they come. @returns false when the line broke or went silent before the response's end. */
async function pump(part: Part, take: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>): Promise<boolean> {
	const reader = part.body.getReader();
	let got = 0;
	for (;;) {
		const timer = setTimeout(() => part.stop.abort(), STALL_MS);
		let next: ReadableStreamReadResult<Uint8Array<ArrayBuffer>>;
		try {
			next = await reader.read();
		} catch {
			return false;
		} finally {
			clearTimeout(timer);
		}
		if (next.done) return part.length === null || got >= part.length;
		got += next.value.byteLength;
		await take(next.value);
	}
}

class DamagedFile extends Error {}

/** Header, rows in chunks, trailer. @returns null when the file ended without a trailer. */
async function readLines(bytes: ReadableStream<Uint8Array>, sink: SnapshotSink): Promise<SnapshotTrailer | null> {
	const reader = bytes.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
	let rest = '';
	let begun = false;
	const rows: SnapshotLine[] = [];
	let trailer: SnapshotTrailer | null = null;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		const lines = (rest + value).split('\n');
		rest = lines.pop()!;
		for (const line of lines) {
			if (line === '') continue;
			const parsed = parseLine(line);
			if (Array.isArray(parsed)) rows.push(parsed);
			else if ('end' in parsed) trailer = parsed;
			else {
				begun = true;
				await sink.begin(parsed);
			}
			if (!begun) throw new DamagedFile('The first line is no header.');
			if (rows.length >= CHUNK_ROWS) await sink.rows(rows.splice(0));
		}
	}
	if (rows.length > 0) await sink.rows(rows);
	return trailer;
}

function parseLine(line: string): SnapshotHeader | SnapshotLine | SnapshotTrailer {
	try {
		return JSON.parse(line) as SnapshotHeader | SnapshotLine | SnapshotTrailer;
	} catch {
		throw new DamagedFile('A line is no JSON.');
	}
}

/** One attempt to hand over a delivery: a POST to a checked address, ten seconds long, whose answer's body nobody reads. */
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { addressOf, whyNotThere, type AddressRefusal } from './webhook-address.ts';

const CALL_MS = 10_000;

export type CallOutcome =
	| { kind: 'answered'; status: number }
	/** Nobody answered, or nobody was asked. */
	| { kind: 'silent'; why: AddressRefusal | 'timeout' | 'tls' | 'connection' };

export interface WebhookCall {
	url: string;
	headers: Record<string, string>;
	body: string;
	production: boolean;
	/** Milliseconds for everything. Default `CALL_MS`. */
	within?: number;
	/** Cuts the call off when the server stops. */
	stopping: AbortSignal;
}

/** Never throws. Redirects are answers like others: they are not followed. */
export async function callWebhook(call: WebhookCall): Promise<CallOutcome> {
	const { url, headers, body, production, within = CALL_MS, stopping } = call;
	const refusal = whyNotThere(url, production);
	if (refusal !== null) return { kind: 'silent', why: refusal };
	const target = new URL(url);
	const late = AbortSignal.any([AbortSignal.timeout(within), stopping]);
	const address = await Promise.race([addressOf(target.hostname, production), aborted(late)]);
	if (address === 'timeout') return { kind: 'silent', why: 'timeout' };
	if (typeof address === 'string') return { kind: 'silent', why: address };
	const pinned: LookupFunction = (_name, options, tell) =>
		options.all ? tell(null, [address]) : tell(null, address.address, address.family);
	return new Promise((resolve) => {
		const ask = target.protocol === 'https:' ? secureRequest : plainRequest;
		const sent = ask(
			target,
			{
				method: 'POST',
				agent: false,
				lookup: pinned,
				signal: late,
				headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
			},
			(answer) => {
				const { statusCode = 0 } = answer;
				answer.destroy();
				resolve({ kind: 'answered', status: statusCode });
			}
		);
		sent.on('error', (error: NodeJS.ErrnoException) => {
			if (late.aborted) return resolve({ kind: 'silent', why: 'timeout' });
			const isTls = /^(ERR_TLS|CERT|UNABLE|DEPTH|SELF_SIGNED|ERR_SSL|EPROTO)/.test(error.code ?? '');
			resolve({ kind: 'silent', why: isTls ? 'tls' : 'connection' });
		});
		sent.end(body);
	});
}

const aborted = (signal: AbortSignal): Promise<'timeout'> =>
	new Promise((resolve) => signal.addEventListener('abort', () => resolve('timeout'), { once: true }));

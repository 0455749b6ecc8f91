/** Delivery by Brevo's HTTP endpoint for single messages. */
import { DeliveryFailed, type Outgoing, type Transport } from './transport.ts';

const TIMEOUT_MS = 20_000;
/** Of an answer, in characters: enough for its reason. */
const MOST_ANSWER = 4_000;

/** @param timeoutMs for the whole answer */
export const brevoTransport = (endpoint: string, apiKey: string, timeoutMs = TIMEOUT_MS): Transport => ({
	kind: 'brevo',
	deliver: async (message) => {
		const { status, answer } = await ask(endpoint, apiKey, message, timeoutMs);
		if (status >= 200 && status < 300) return;
		const { code, reason } = reasonIn(answer);
		// It has taken over a try whose end we did not see.
		if (code === 'duplicate_request') return;
		throw new DeliveryFailed(`http_${status}`, reason || code || 'No reason was given.');
	}
});

async function ask(endpoint: string, apiKey: string, message: Outgoing, timeoutMs: number) {
	const { from, to, subject, text, html, headers, messageId, tryId } = message;
	try {
		const response = await fetch(endpoint, {
			method: 'POST',
			redirect: 'error',
			signal: AbortSignal.timeout(timeoutMs),
			headers: { 'api-key': apiKey, 'content-type': 'application/json', accept: 'application/json' },
			body: JSON.stringify({
				sender: from.name === '' ? { email: from.address } : { name: from.name, email: from.address },
				to: [{ email: to }],
				subject,
				textContent: text,
				htmlContent: html,
				headers: { ...headers, 'Message-ID': `<${messageId}>`, idempotencyKey: tryId }
			})
		});
		return { status: response.status, answer: (await response.text()).slice(0, MOST_ANSWER) };
	} catch (error) {
		if (error instanceof Error && error.name === 'TimeoutError')
			throw new DeliveryFailed('ETIMEDOUT', 'The server took too long.');
		const { cause } = error as { cause?: { code?: string; message?: string } };
		throw new DeliveryFailed(cause?.code ?? 'fetch_failed', cause?.message ?? 'The server cannot be reached.');
	}
}

function reasonIn(answer: string): { code: string; reason: string } {
	try {
		const { code, message } = JSON.parse(answer) as { code?: unknown; message?: unknown };
		return { code: String(code ?? ''), reason: String(message ?? '') };
	} catch {
		return { code: '', reason: answer.slice(0, 100) };
	}
}

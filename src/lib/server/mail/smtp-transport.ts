/** Delivery by SMTP, one connection for each message. A server that hangs, drips or never says goodbye ends as a time-out. */
import { createTransport } from 'nodemailer';
import { LOOPBACK } from './mail-settings.ts';
import { DeliveryFailed, type Transport } from './transport.ts';

export interface SmtpPatience {
	/** Until it is connected, and until the server greets, in milliseconds. */
	connectMs: number;
	/** Without a byte from the server. */
	silenceMs: number;
	/** For all of it. */
	wholeMs: number;
}

const PATIENCE: SmtpPatience = { connectMs: 10_000, silenceMs: 20_000, wholeMs: 60_000 };

/** @param url `smtp://` or `smtps://`, with account and password if the server wants them */
export function smtpTransport(url: string, patience: SmtpPatience = PATIENCE): Transport {
	const { protocol, hostname, port, username, password } = new URL(url);
	const secure = protocol === 'smtps:';
	const transport = () =>
		createTransport({
			host: hostname.replace(/^\[(.*)\]$/, '$1'),
			port: port === '' ? (secure ? 465 : 587) : Number(port),
			secure,
			// A password never goes over a network in clear; a relay on this machine has a certificate that nobody signed.
			requireTLS: username !== '' && !LOOPBACK.test(hostname),
			ignoreTLS: !secure && LOOPBACK.test(hostname),
			...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
			...{ connectionTimeout: patience.connectMs, dnsTimeout: patience.connectMs },
			...{ greetingTimeout: patience.connectMs, socketTimeout: patience.silenceMs },
			...{ disableFileAccess: true, disableUrlAccess: true }
		});

	return {
		kind: 'smtp',
		deliver: async ({ messageId, from, to, subject, text, html, headers, date }) => {
			const sending = transport();
			let tooLong: NodeJS.Timeout | undefined;
			try {
				await Promise.race([
					sending.sendMail({
						...{ from, to: { name: '', address: to }, subject, text, html, date },
						envelope: { from: from.address, to: [to] },
						messageId: `<${messageId}>`,
						headers: { ...headers }
					}),
					new Promise<never>((_, reject) => {
						const late = () => reject(new DeliveryFailed('ETIMEDOUT', 'The server took too long.'));
						tooLong = setTimeout(late, patience.wholeMs);
					})
				]);
			} catch (error) {
				throw failed(error);
			} finally {
				clearTimeout(tooLong);
				sending.close();
			}
		}
	};
}

function failed(error: unknown): DeliveryFailed {
	if (error instanceof DeliveryFailed) return error;
	const { responseCode, code, message } = error as { responseCode?: number; code?: string; message?: string };
	return new DeliveryFailed(String(responseCode ?? code ?? 'failed'), message ?? 'No reason was given.');
}

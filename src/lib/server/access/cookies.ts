/**
 * The two cookies: who is signed in, and which browser this is. Both unreadable for scripts. `__Host-` where the address is
 * HTTPS or this very machine, which browsers trust alike; on plain HTTP elsewhere a browser would refuse it.
 */
import type { Cookies } from '@sveltejs/kit';
import { DEVICE_DAYS } from './devices.ts';
import { ABSOLUTE_MS } from './sessions.ts';

/** Is this origin one that browsers give secure cookies, cameras and service workers to? */
export function isTrustworthy(origin: string): boolean {
	const { protocol, hostname } = new URL(origin);
	return protocol === 'https:' || hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}

/** For what a reader chose (language, theme): scripts read it too, and an address on plain HTTP keeps it as well. */
export const preferenceCookie = ({ protocol }: URL) =>
	({
		path: '/',
		httpOnly: false,
		secure: protocol === 'https:',
		sameSite: 'lax',
		maxAge: DEVICE_DAYS * 86_400
	}) as const;

export class AccessCookies {
	readonly #secure: boolean;
	readonly #session: string;
	readonly #device: string;

	constructor(origin: string) {
		this.#secure = isTrustworthy(origin);
		const prefix = this.#secure ? '__Host-' : '';
		this.#session = `${prefix}escale_session`;
		this.#device = `${prefix}escale_device`;
	}

	session(cookies: Pick<Cookies, 'get'>): string | undefined {
		return cookies.get(this.#session);
	}

	device(cookies: Pick<Cookies, 'get'>): string | undefined {
		return cookies.get(this.#device);
	}

	keepSession(cookies: Cookies, token: string): void {
		cookies.set(this.#session, token, this.#options(ABSOLUTE_MS / 1000));
	}

	keepDevice(cookies: Cookies, credential: string): void {
		cookies.set(this.#device, credential, this.#options(DEVICE_DAYS * 86_400));
	}

	dropSession(cookies: Cookies): void {
		cookies.delete(this.#session, this.#options(0));
	}

	#options(maxAge: number) {
		return { path: '/', httpOnly: true, secure: this.#secure, sameSite: 'lax', maxAge } as const;
	}
}

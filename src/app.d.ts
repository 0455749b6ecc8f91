import type { AccessCookies } from '#lib/server/access/cookies.ts';
import type { Device } from '#lib/server/access/devices.ts';
import type { SignedIn } from '#lib/server/access/sessions.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';

declare global {
	namespace App {
		interface Locals {
			world: ServerWorld;
			cookies: AccessCookies;
			/** In every log line of the request, and in every error that a person sees. */
			requestId: string;
			/** What metrics and log call this request where its route says too little: a procedure that exists. */
			endpoint?: string;
			/** Who is signed in, with the role of this moment. */
			person: SignedIn | null;
			/** Which registered browser this is, revoked ones included. */
			device: Device | null;
		}
		interface Error {
			message: string;
			requestId?: string;
		}
	}
}

export {};

/**
 * Tells our server's answers from everything else that answers in its place: a captive portal's page, a proxy's error.
 */

export type Silence = 'offline' | 'captive_portal' | 'server_error';

/** There was a response, but not ours. */
export class NoAnswer extends Error {
	override readonly name = 'NoAnswer';
	readonly why: Silence;
	readonly status: number;

	constructor(why: Silence, status: number) {
		super(`No answer of ours: ${why} (${status})`);
		this.why = why;
		this.status = status;
	}
}

/** Null: this response is ours. `types`: the content types in which we answer. */
export function whyNotOurs(response: Response, types: readonly string[] = ['application/json']): NoAnswer | null {
	const type = response.headers.get('content-type') ?? '';
	if (types.some((each) => type.startsWith(each))) return null;
	return new NoAnswer(response.status >= 500 ? 'server_error' : 'captive_portal', response.status);
}

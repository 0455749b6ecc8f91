/** A program's command that was not decided: asking again with another key, or another Idempotency-Key, may be. */
export class ApiCommandRefused extends Error {
	override readonly name = 'ApiCommandRefused';
	constructor(readonly why: 'key_ended' | 'scope_missing' | 'uid_reused') {
		super(why);
	}
}

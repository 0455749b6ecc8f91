/**
 * The server does not start on a database that it cannot serve rightly. Each reason is one of these, so that `npm start`,
 * the CLI and the tests print the same sentence: which file, why, and what to do.
 */
export type StartRefusalReason =
	| 'missing'
	| 'emptied'
	| 'in_use'
	| 'not_sqlite'
	| 'corrupt'
	| 'foreign'
	| 'newer'
	| 'edited_migration'
	| 'broken_migration'
	| 'not_writable'
	| 'feed_incomplete';

export class StartRefusal extends Error {
	override readonly name = 'StartRefusal';
	readonly reason: StartRefusalReason;
	readonly file: string;

	/** @param advice what the person who starts the server can do about it, one sentence */
	constructor(reason: StartRefusalReason, file: string, why: string, advice: string, cause?: unknown) {
		super(`${file}: ${why} ${advice}`, cause === undefined ? undefined : { cause });
		this.reason = reason;
		this.file = file;
	}
}

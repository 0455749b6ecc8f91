// @ts-check
/**
 * Trouble inside a real server's process, without a word of it in the product: `node --import` loads this before the server, and
 * it stands between the program and SQLite. What happens is in `TROUBLE`, a JSON of one of
 *
 *   {"dies": "after insert" | "before commit" | "after commit", "at": 3}   SIGKILL in the third group that decides something
 *   {"fails": "SQLITE_FULL" | "SQLITE_IOERR_WRITE", "share": 0.05}         a write statement of a group in twenty throws, once it serves
 *   {"throwsFor": "<id>"}                                                  a rule that looks this row up throws
 */
import { Server } from 'node:net';
import Database from 'better-sqlite3';

/** @type {{ dies?: string, at?: number, fails?: string, share?: number, throwsFor?: string }} */
const trouble = JSON.parse(process.env['TROUBLE'] ?? '{}');
const prepare = Database.prototype.prepare;
const WRITES = /^\s*(INSERT|UPDATE|DELETE|COMMIT)/i;

/** Groups that decided something, and whether the open one does. */
let groups = 0;
let isDeciding = false;
/** A server that fails while it starts ends, as it should; whoever runs it starts it again. */
let isServing = false;

const die = () => process.kill(process.pid, 'SIGKILL');

/**
 * @param {string} text
 * @param {() => unknown} run
 */
function killing(text, run) {
	const isDue = () => isDeciding && groups === trouble.at;
	if (/^\s*INSERT INTO mutation_result/i.test(text)) {
		if (!isDeciding) groups++;
		isDeciding = true;
		const result = run();
		if (trouble.dies === 'after insert' && isDue()) die();
		return result;
	}
	if (text !== 'COMMIT') return run();
	if (trouble.dies === 'before commit' && isDue()) die();
	const result = run();
	if (trouble.dies === 'after commit' && isDue()) die();
	isDeciding = false;
	return result;
}

/**
 * @param {string} text
 * @param {() => unknown} run
 */
function failing(text, run) {
	if (text === 'BEGIN IMMEDIATE' || text === 'ROLLBACK') isDeciding = text !== 'ROLLBACK';
	if (!isServing || !isDeciding || !WRITES.test(text) || Math.random() >= (trouble.share ?? 0)) return run();
	process.stderr.write('TROUBLE\n');
	throw new Database.SqliteError('injected', /** @type {string} */ (trouble.fails));
}

if (trouble.fails !== undefined) {
	const listen = Server.prototype.listen;
	Server.prototype.listen = /** @type {typeof listen} */ (
		function (/** @type {any[]} */ ...where) {
			this.once('listening', () => (isServing = true));
			return Reflect.apply(listen, this, where);
		}
	);
}

if (trouble.dies !== undefined || trouble.fails !== undefined) {
	const between = trouble.dies === undefined ? failing : killing;
	Database.prototype.prepare = /** @type {typeof prepare} */ (
		function (text) {
			const statement = prepare.call(this, text);
			const run = statement.run;
			statement.run = function (...values) {
				return /** @type {any} */ (between(text, () => run.apply(this, values)));
			};
			return statement;
		}
	);
}

if (trouble.throwsFor !== undefined) {
	const get = Map.prototype.get;
	Map.prototype.get = function (key) {
		if (key === trouble.throwsFor && /at (Object\.)?decide \(/.test(new Error().stack ?? ''))
			throw new TypeError('a bug in the rule');
		return get.call(this, key);
	};
}

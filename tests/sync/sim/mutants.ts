/**
 * The product broken on purpose, one promise at a time (sync §7): a right line replaced by a wrong one. The simulator must
 * notice each. A line that moved on stops the run: then the mutant is brought up to date.
 */
import type { Wrong } from './bundle.ts';

export interface Mutant {
	id: string;
	/** What is wrong now, one sentence. */
	breaks: string;
	wrong: Wrong[];
}

const wrong = (file: string, right: string, broken: string): Wrong => ({ file, right, wrong: broken });

const PUSH = 'server/sync/push.ts';
const DECIDE = 'server/sync/decide-mutations.ts';
const PULL = 'server/sync/pull.ts';
const ENQUEUE = 'sync/enqueue.ts';
const FLIP = 'sync/flip.ts';
const RENUMBER = 'sync/renumber.ts';

export const MUTANTS: readonly Mutant[] = [
	{
		id: 'I1',
		breaks: 'The first of several verdicts is not saved with its effects.',
		wrong: [wrong(DECIDE, 'for (const record of this.#records) record();', 'for (const record of this.#records.slice(this.#records.length > 1 ? 1 : 0)) record();')] // prettier-ignore
	},
	{
		id: 'I2',
		breaks: 'lmid runs ahead of what was decided.',
		wrong: [wrong(PUSH, 'const lmid = replica.lmid + fresh.length;', 'const lmid = replica.lmid + fresh.length + (fresh.length > 2 ? 1 : 0);')] // prettier-ignore
	},
	{
		id: 'I3',
		breaks: 'A mutation that is sent again hears another verdict.',
		wrong: [wrong(PUSH, 'decided.verdict.mid === mid ? decided.verdict :', "decided.verdict.mid === mid ? { ...decided.verdict, status: 'noop' } :")] // prettier-ignore
	},
	{
		id: 'I4',
		breaks: 'A gap is decided over.',
		wrong: [wrong(PUSH, 'if (!uidByMid.has(mid)) throw', 'if (!uidByMid.has(mid) && mid < 0) throw')]
	},
	{
		id: 'I5',
		breaks: 'A number that another mutation has is called decided.',
		wrong: [
			wrong(PUSH, 'if (other !== uid || (mid <= lmid &&', 'if (other !== uid || (mid < 0 &&'),
			wrong(PUSH, "throw new Error('a decided mutation has no verdict');", "return { uid, mid, status: 'ok', rejection: null, notes: [], detail: {}, assigned: {}, serverTime: '2026-01-01T00:00:00.000Z' };") // prettier-ignore
		]
	},
	{
		id: 'I6',
		breaks: 'A verdict that is read again is another one.',
		wrong: [wrong('server/sync/verdicts.ts', '\t\t\tstatus,\n\t\t\trejection: answer.rejection', "\t\t\tstatus: status === 'rejected' ? 'noop' : status,\n\t\t\trejection: answer.rejection")] // prettier-ignore
	},
	{
		id: 'I7',
		breaks: 'A label is put on and said to have changed nothing.',
		wrong: [wrong(DECIDE, "return toDecided(this.#run, mutation, 'ok', decision);", "return toDecided(this.#run, mutation, mutation.name === 'carton.label' ? 'noop' : 'ok', decision);")] // prettier-ignore
	},
	{
		id: 'I8',
		breaks: 'Of one push, each mutation is decided as if the others had not been.',
		wrong: [wrong(DECIDE, 'byRule(() => rules.applyChanges(world, decision.changes));', '')]
	},
	{
		id: 'I9',
		breaks: 'Whoever acts does so as a manager.',
		wrong: [wrong('server/sync/actor.ts', 'role: cappedRole(found.role, signedInBy)', "role: cappedRole('manager', signedInBy)")] // prettier-ignore
	},
	{
		id: 'I10',
		breaks: 'A page that is not the last skips a change.',
		wrong: [wrong(PULL, 'cookie: more ? changes.at(-1)!.seq : head', 'cookie: more ? changes.at(-1)!.seq + 1 : head')]
	},
	{
		id: 'I11',
		breaks: 'A page says that more is decided than its rows contain.',
		wrong: [wrong(PULL, '\t\tlmid,\n\t\t// The phone', '\t\tlmid: lmid + 1,\n\t\t// The phone')]
	},
	{
		id: 'I12',
		breaks: 'Of two patches of one row the older one is kept.',
		wrong: [wrong(FLIP, 'for (const each of patch) {', 'for (const each of [...patch].reverse()) {')]
	},
	{
		id: 'I13',
		breaks: 'A pull that another overtook is taken in all the same.',
		wrong: [wrong(FLIP, ' && replica.cookie === pulled.from;', ';')]
	},
	{
		id: 'I14',
		breaks: "A second scan takes the first one's work for the server's.",
		wrong: [wrong(ENQUEUE, 'if (!known?.dirty)\n', 'if (known || !known)\n')]
	},
	{
		id: 'I15',
		breaks: 'Rows arrive with another version than the server holds.',
		wrong: [wrong(PULL, 'version: found.version,', 'version: found.version + 1,')]
	},
	{
		id: 'I16',
		breaks: 'A scan is called saved, and its mutation is not stored.',
		wrong: [wrong(ENQUEUE, "tx.add('mutations', [mutation]),\n", "command.name === 'carton.pack' ? null : tx.add('mutations', [mutation]),\n")] // prettier-ignore
	},
	{
		id: 'I17',
		breaks: 'A new name for the replica costs the first mutation of the queue.',
		wrong: [wrong(RENUMBER, '...queue.map((mutation, i)', '...queue.slice(1).map((mutation, i)')]
	},
	{
		id: 'I18',
		breaks: 'What the server refused is put away as done.',
		wrong: [wrong('sync/verdicts.ts', "mutation.dismissed ? 'done' : 'todo'", "mutation.dismissed ? 'done' : 'done'")]
	},
	{
		id: 'I19',
		breaks: 'After some failures nothing is tried any more.',
		wrong: [wrong('sync/attempts.ts', "if (pause.kind === 'failed') this.#schedule(this.#delay());\n", "if (pause.kind === 'failed' && this.#failures > 2) return;\n\t\tif (pause.kind === 'failed') this.#schedule(this.#delay());\n")] // prettier-ignore
	},
	{
		id: 'I20',
		breaks: 'What a second pusher sends again is decided again.',
		wrong: [wrong(PUSH, 'new Map(mutations.filter(({ mid }) => mid > lmid).map(', 'new Map(mutations.filter(({ mid }) => mid > lmid - 1).map(')] // prettier-ignore
	},
	{
		id: 'I21',
		breaks: 'A mutation is sent in the name of somebody else.',
		wrong: [wrong('sync/wire-form.ts', 'actorId: mutation.actorId,', "actorId: mutation.mid % 3 === 0 ? 'manager' : mutation.actorId,")] // prettier-ignore
	},
	{
		id: 'I22',
		breaks: 'What an old release made is never decided.',
		wrong: [wrong('server/sync/mutation-reading.ts', 'mutation.schema > SCHEMA_CURRENT &&', 'mutation.schema >= SCHEMA_CURRENT &&')] // prettier-ignore
	},
	{
		id: 'I23',
		breaks: 'A snapshot empties the queue with the rows.',
		wrong: [wrong(FLIP, "tx.clear('base'), tx.clear('inbox')]);", "tx.clear('base'), tx.clear('inbox'), tx.clear('mutations')]);")] // prettier-ignore
	},
	{
		id: 'I24',
		breaks: 'After a restore a phone does not say again what the server lost.',
		wrong: [wrong('sync/heal.ts', 'verdict === null || verdict.serverTime < from', 'verdict === null || verdict.serverTime !== from')] // prettier-ignore
	},
	{
		id: 'I25',
		breaks: "The phone's clock is believed as it is.",
		wrong: [wrong(DECIDE, 'new Date(Date.parse(deviceTime) + clockOffset)', 'new Date(Date.parse(deviceTime) + 0 * clockOffset)')] // prettier-ignore
	},
	{
		id: 'I26',
		breaks: 'A revoked device may still push.',
		wrong: [wrong(PUSH, '\trequireDevice(db, deviceId);\n', '')]
	},
	{
		id: 'I27',
		breaks: 'A row that left for another warehouse stays.',
		wrong: [wrong(PULL, ' AND scope IN (SELECT value FROM json_each(?))`\n\t).all(table, JSON.stringify(ids), JSON.stringify(scopes));', ' AND (scope IN (SELECT value FROM json_each(?)) OR 1)`\n\t).all(table, JSON.stringify(ids), JSON.stringify(scopes));')] // prettier-ignore
	},
	{
		id: 'I28',
		breaks: 'Of a pull of several pages only the last is taken in.',
		wrong: [wrong('sync/puller.ts', 'patch: pages.flatMap((page) => page.patch),', 'patch: pages.slice(-1).flatMap((page) => page.patch),')] // prettier-ignore
	},
	{
		id: 'I29',
		breaks: 'A phone below the floor is given what is left of the feed.',
		wrong: [wrong(PULL, "if (cookie < floorSeq) return reset('floor');", '')]
	},
	{
		id: 'I30',
		breaks: 'A phone keeps what is done for months.',
		wrong: [wrong('sync/retention.ts', 'const KEPT_MS = 7 * 24', 'const KEPT_MS = 70 * 24')]
	},
	{
		id: 'I31',
		breaks: 'What is known under another number is decided anew.',
		wrong: [wrong(DECIDE, "if (seen.has(uid)) return { kind: 'duplicate', mutation, uid };", "if (seen.has(uid)) return { kind: 'decide', mutation: { ...mutation, uid: uid.slice(0, -6) + String(100000 + mutation.mid) }, asked: readMutation(mutation, run.actorOf) };")] // prettier-ignore
	},
	{
		id: 'I32',
		breaks: 'What a restore forgot gets another number when it is decided again.',
		wrong: [wrong(DECIDE, 'given === undefined ? new Numbers(...source) : new GivenNumbers(given, ...source)', 'given === undefined || given !== null ? new Numbers(...source) : new GivenNumbers(given, ...source)')] // prettier-ignore
	},
	{
		id: 'I33',
		breaks: 'After a restore without a journal every device is trusted as before.',
		wrong: [wrong('server/sync/restore-report.ts', 'if (!isWhole(kept)) sql(', 'if (isWhole(kept)) sql(')]
	},
	{
		id: 'I34',
		breaks: 'Every third change of a row has no place in the feed.',
		wrong: [wrong('server/store/triggers.ts', 'WHEN NEW.version IS NOT OLD.version`', 'WHEN NEW.version IS NOT OLD.version AND NEW.version % 3 <> 0`')] // prettier-ignore
	},
	{
		id: 'I35',
		breaks: 'A push that is turned down fails those of everybody in its group, and all of them try again.',
		wrong: [wrong('server/store/group-commit.ts', 'if (isStorageFault(error) || error instanceof TransactionLost) throw error;', 'if (isStorageFault(error) || error instanceof Error) throw error;')] // prettier-ignore
	},
	{
		id: 'I36',
		breaks: 'What was accepted vanishes until its rows arrive.',
		wrong: [wrong('sync/verdicts.ts', "const stands = passes ? 'accepted' :", "const stands = passes ? 'done' :")]
	},
	{
		id: 'I37',
		breaks: 'A scan that this phone refuses leaves no record.',
		wrong: [wrong(ENQUEUE, "await tx.put('scanlog', [{ ...scan, rejection }]);", '')]
	},
	{
		id: 'I38',
		breaks: 'The server takes back what somebody changed since.',
		wrong: [wrong('domain/undo.ts', 'now.value === left.value && now.by === left.by && (', "context.side === 'server' || (now.value === left.value && now.by === left.by) && (")] // prettier-ignore
	},
	{
		id: 'I39',
		breaks: 'A full disk is taken for the fault of the mutations of that push.',
		wrong: [wrong('server/store/faults.ts', 'error instanceof RuleFault || isConstraint(error)', "error instanceof RuleFault || isConstraint(error) || codeOf(error) === 'SQLITE_FULL'")] // prettier-ignore
	}
];

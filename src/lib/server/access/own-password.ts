/** A person changes their own password: the old one is asked for, and whoever else was signed in as them is not any more. */
import { sql } from '#lib/server/store/sql.ts';
import type { Store } from '#lib/server/store/store-port.ts';
import { recordAudit } from './audit.ts';
import { confirmPassword, type Confirmation, type NotConfirmed } from './confirmation.ts';
import type { LoginLimits } from './login-limits.ts';
import { passwordFault, type PasswordFault } from './password-rules.ts';
import { hashPassword } from './passwords.ts';
import type { Sessions } from './sessions.ts';

export type ChangeOutcome = { kind: 'ok' } | { kind: 'refused'; fault: PasswordFault } | NotConfirmed;

export async function changeOwnPassword(
	parts: { store: Store; limits: LoginLimits; sessions: Sessions; clock: () => Date },
	by: Confirmation & { name: string; /** The session that asks: it stays. */ token: string | undefined },
	password: string
): Promise<ChangeOutcome> {
	const fault = passwordFault(password, [by.login, by.name]);
	if (fault !== null) return { kind: 'refused', fault };
	const refusal = await confirmPassword(parts, by);
	if (refusal !== null) return refusal;
	const hash = await hashPassword(password);
	const { personId } = by;
	return parts.store.write((db) => {
		sql(db, `UPDATE account SET password_hash = ? WHERE person_id = ?`).run(hash, personId);
		sql(db, `DELETE FROM one_time_link WHERE person_id = ?`).run(personId);
		const ended = parts.sessions.endOthersIn(db, personId, by.token);
		const at = parts.clock().toISOString();
		const detail = { sessions: ended };
		recordAudit(db, {
			at,
			actorId: personId,
			act: 'user.change_password',
			subjectKind: 'person',
			subjectId: personId,
			detail
		});
		return { kind: 'ok' };
	});
}

/** Why a backup is not made, or not restored: which file or folder, why, and what to do, in one message. */
export type BackupRefusalReason =
	| 'not_writable'
	| 'disk_full'
	| 'nothing_to_back_up'
	| 'unsound'
	| 'missing'
	| 'tampered'
	| 'truncated'
	| 'foreign'
	| 'newer'
	| 'not_confirmed';

export class BackupRefusal extends Error {
	override readonly name = 'BackupRefusal';

	/** @param advice what the operator can do about it, one sentence */
	constructor(
		readonly reason: BackupRefusalReason,
		readonly path: string,
		why: string,
		advice: string,
		cause?: unknown
	) {
		super(`${path}: ${why} ${advice}`, cause === undefined ? undefined : { cause });
	}
}

const FULL = ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'];
const UNWRITABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'SQLITE_CANTOPEN', 'SQLITE_READONLY'];

/** What an error of the file system or of SQLite means for whoever writes below `folder`; any other error is itself. */
export function writingRefusal(error: unknown, folder: string): unknown {
	const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
	if (FULL.includes(code)) {
		return new BackupRefusal('disk_full', folder, 'the disk is full.', 'Free some space, or set BACKUP_DIR.', error);
	}
	if (UNWRITABLE.includes(code)) {
		const advice = 'Check BACKUP_DIR and its rights.';
		return new BackupRefusal('not_writable', folder, `it cannot be written (${code}).`, advice, error);
	}
	return error;
}

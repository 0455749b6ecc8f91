/** Which program this is: the setting `APP_VERSION`, else the first eight characters of the commit it runs from. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param folder the checkout; one without history is `unknown` */
export function programVersion(setting: string | null, folder: string): string {
	return setting ?? headCommit(join(folder, '.git'))?.slice(0, 8) ?? 'unknown';
}

/** Read from Git's own files: the machine that serves may not have Git. */
function headCommit(git: string): string | null {
	try {
		const head = readFileSync(join(git, 'HEAD'), 'utf8').trim();
		if (!head.startsWith('ref: ')) return head;
		const name = head.slice('ref: '.length);
		return readRef(join(git, name)) ?? packedRef(join(git, 'packed-refs'), name);
	} catch {
		return null;
	}
}

function readRef(file: string): string | null {
	try {
		return readFileSync(file, 'utf8').trim();
	} catch {
		return null;
	}
}

/** Refs that Git has put into one file: a line each, `<commit> <name>`. */
function packedRef(file: string, name: string): string | null {
	const line = readFileSync(file, 'utf8')
		.split('\n')
		.find((one) => one.endsWith(` ${name}`));
	return line?.split(' ')[0] ?? null;
}

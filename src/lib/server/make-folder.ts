/**
 * Folders that settings name. Node's own recursive `mkdir` never ends where a file system takes no folders and says so with
 * ENOENT, as /proc does: it looks for the missing folder above for ever.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes `path` and what is missing above it; a folder that is there stays as it is.
 * @param mode of those that are made
 * @throws the error of the file system; `EEXIST` where a file has that name, `EPERM` where no folder can be
 */
export function makeFolder(path: string, mode = 0o777): void {
	try {
		mkdirSync(path, { mode });
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
		if (code !== 'ENOENT') throw error;
		const above = dirname(path);
		if (above === path || existsSync(above))
			throw Object.assign(new Error(`EPERM: no folder can be made, mkdir '${path}'`, { cause: error }), {
				code: 'EPERM'
			});
		makeFolder(above, mode);
		makeFolder(path, mode);
	}
}

import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

const scratch = mkdtempSync(join(tmpdir(), 'escale-folders-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('makes what is missing above, with the mode asked for, and leaves what is there', () => {
	const folder = join(scratch, 'a', 'b', 'c');
	makeFolder(folder, 0o700);
	expect(['a', 'a/b', 'a/b/c'].map((path) => statSync(join(scratch, path)).mode & 0o777)).toEqual([
		0o700, 0o700, 0o700
	]);
	expect(() => makeFolder(folder, 0o755)).not.toThrow();
	expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('a file in the place of the folder, or of one above, is an error', () => {
	const file = join(scratch, 'a-file');
	writeFileSync(file, '');
	expect(() => makeFolder(file)).toThrow(/EEXIST/);
	expect(() => makeFolder(join(file, 'x', 'y'))).toThrow(/ENOTDIR/);
});

test.skipIf(!existsSync('/proc/self'))('where a file system takes no folders it ends with an error', () => {
	expect(() => makeFolder('/proc/escale/backups')).toThrow(/EPERM: no folder can be made, mkdir '\/proc\/escale'/);
});

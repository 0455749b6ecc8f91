/**
 * The simulator's worker as one file, so that it starts at once; and, for the proof that it sees, with one line of the
 * product replaced by a wrong one.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { build, type Plugin } from 'vite';

const FOLDER = resolve('node_modules/.cache/escale-sim');

/** A wrong line in the place of a right one. */
export interface Wrong {
	/** Below `src/lib`. */
	file: string;
	right: string;
	wrong: string;
}

/** @returns the file to start. @throws when what is to be replaced does not stand in its file exactly once */
export async function bundleWorker(name: string, wrong: readonly Wrong[] = []): Promise<string> {
	mkdirSync(FOLDER, { recursive: true });
	const replaced = new Set<Wrong>();
	await build({
		configFile: false,
		logLevel: 'error',
		plugins: [replace(wrong, replaced)],
		build: {
			ssr: 'tests/sync/sim/worker.ts',
			outDir: FOLDER,
			emptyOutDir: false,
			minify: false,
			rolldownOptions: { output: { entryFileNames: `${name}.mjs`, codeSplitting: false } }
		}
	});
	for (const each of wrong)
		if (!replaced.has(each))
			throw new Error(`${each.file} is no part of the simulator, so nothing was replaced in it.`);
	return `${FOLDER}/${name}.mjs`;
}

const replace = (wrong: readonly Wrong[], replaced: Set<Wrong>): Plugin => ({
	name: 'wrong-lines',
	enforce: 'pre',
	transform(code, id) {
		let changed = code;
		for (const each of wrong) {
			if (!id.endsWith(`/src/lib/${each.file}`)) continue;
			if (changed.split(each.right).length !== 2)
				throw new Error(`"${each.right}" does not stand in ${each.file} exactly once: bring the mutant up to date.`);
			changed = changed.replace(each.right, () => each.wrong);
			replaced.add(each);
		}
		return changed === code ? null : { code: changed, map: null };
	}
});

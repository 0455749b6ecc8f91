/** How much a module weighs with all that it imports, minified and compressed as a server would send it. */
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

export interface Bundled {
	/** The path of a module. */
	entry: string;
	/** What it imports and does not count. */
	external?: RegExp;
	/** Modules that are imported when they are needed, and not counted. */
	seldom?: RegExp;
}

/** The storage and sync engine by itself: sync, local, Dexie and the wire, without the rule book. */
export const OUR_ENGINE: Bundled = { entry: 'src/lib/local/replica-client.ts', external: /#lib\/domain\// };

/** The same as every start of a phone loads it; Dexie comes with a phone's first start, and with its photos. */
export const OUR_ENGINE_EACH_START: Bundled = {
	...OUR_ENGINE,
	seldom: /\/local\/(database|lost-phone|photo-shelf|badge-desk)\.ts$/
};

/** @returns bytes */
export const gzipped = (content: string | Uint8Array): number => gzipSync(content, { level: 9 }).length;

/** @returns the minified scripts, one after the other */
export async function minified({ entry, external, seldom }: Bundled): Promise<string> {
	const result = await build({
		configFile: false,
		logLevel: 'silent',
		build: {
			write: false,
			modulePreload: false,
			rolldownOptions: {
				input: entry,
				preserveEntrySignatures: 'strict',
				...(external === undefined ? {} : { external })
			}
		}
	});
	const [output] = Array.isArray(result) ? result : [result];
	if (output === undefined || !('output' in output)) throw new Error(`${entry} was not built`);
	const chunks = new Map(output.output.flatMap((one) => (one.type === 'chunk' ? [[one.fileName, one] as const] : [])));
	const counted = new Set<string>();
	const count = (fileName: string) => {
		const chunk = chunks.get(fileName);
		if (!chunk || counted.has(fileName) || seldom?.test(chunk.facadeModuleId ?? '')) return;
		counted.add(fileName);
		[...chunk.imports, ...chunk.dynamicImports].forEach(count);
	};
	for (const chunk of chunks.values()) if (chunk.isEntry) count(chunk.fileName);
	return [...counted].map((fileName) => chunks.get(fileName)!.code).join('');
}

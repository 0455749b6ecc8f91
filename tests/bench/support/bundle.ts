/** How much a module weighs with all that it imports, minified and compressed as a server would send it. */
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

export interface Bundled {
	/** The path of a module. */
	entry: string;
	/** What it imports and does not count. */
	external?: RegExp;
}

/** The storage and sync engine by itself: sync, local, Dexie and the wire, without the rule book. */
export const OUR_ENGINE: Bundled = { entry: 'src/lib/local/replica-client.ts', external: /#lib\/domain\// };

/** @returns bytes */
export const gzipped = (content: string | Uint8Array): number => gzipSync(content, { level: 9 }).length;

/** @returns one minified script */
export async function minified({ entry, external }: Bundled): Promise<string> {
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
	return output.output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('');
}

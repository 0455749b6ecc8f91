// @ts-check
/**
 * A Vite plugin that writes down which files of the build only the desk's pages use, so that the service worker leaves them
 * off the phones: the desk is never opened without its server. Read by src/service-worker.ts and by the weight's check.
 */
import { mkdirSync, writeFileSync } from 'node:fs';

/** A JSON list of the files' addresses, `/_app/…`. */
export const DESK_FILES = '.svelte-kit/desk-files.json';
/** The pages that come from the server. */
const SERVED = /\/src\/routes\/(\((desk|auth)\)|track|api)\//;

/** @returns {import('vite').Plugin} */
export function deskFiles() {
	return {
		name: 'escale-desk-files',
		apply: 'build',
		generateBundle(_options, bundle) {
			const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
			// The server's build has no nodes of its own to load.
			if (!chunks.some(({ fileName }) => fileName.includes('/immutable/'))) return;
			/** @type {Map<string, (typeof chunks)[number]>} */
			const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
			/** @param {(typeof chunks)[number]} chunk */
			const isServed = ({ isEntry, moduleIds }) => isEntry && moduleIds.some((id) => SERVED.test(id));
			const kept = new Set();
			/** @param {(typeof chunks)[number]} chunk */
			const keep = (chunk) => {
				if (kept.has(chunk.fileName) || isServed(chunk)) return;
				kept.add(chunk.fileName);
				for (const css of chunk.viteMetadata?.importedCss ?? []) kept.add(css);
				for (const asset of chunk.viteMetadata?.importedAssets ?? []) kept.add(asset);
				for (const name of [...chunk.imports, ...chunk.dynamicImports]) {
					const next = byName.get(name);
					if (next !== undefined) keep(next);
				}
			};
			chunks.filter(({ isEntry }) => isEntry).forEach(keep);
			const left = chunks
				.filter(({ fileName }) => !kept.has(fileName))
				.flatMap((chunk) => [chunk.fileName, ...(chunk.viteMetadata?.importedCss ?? [])])
				.filter((fileName) => !kept.has(fileName));
			mkdirSync('.svelte-kit', { recursive: true });
			writeFileSync(DESK_FILES, JSON.stringify([...new Set(left)].sort().map((fileName) => `/${fileName}`)));
		}
	};
}

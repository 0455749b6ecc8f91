/**
 * Labels that stay few whatever is asked of the server: every word from outside is one of a list made here, or `other`. A
 * series once made stays for the life of the process, so a label that a stranger can choose would fill the memory.
 */
import { isCommandName } from '#lib/protocol/command-args.ts';

const OTHER = 'other';
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** HTTP itself knows no end of methods. */
export const methodLabel = (method: string): string => (METHODS.has(method) ? method : OTHER);

/** @param routeId SvelteKit's, or null for a path that is no route: never the path itself */
export const endpointLabel = (routeId: string | null): string => routeId ?? OTHER;

export const commandLabel = (name: string): string => (isCommandName(name) ? name : OTHER);

/** The words that the program itself uses for its errors and tasks: as many as it has, and no more than `most`. */
export class Words {
	readonly #known = new Set<string>();

	constructor(readonly most: number) {}

	label(word: unknown): string {
		if (typeof word !== 'string' || !/^[a-z][a-z0-9_.-]{0,39}$/.test(word)) return OTHER;
		if (!this.#known.has(word) && this.#known.size >= this.most) return OTHER;
		this.#known.add(word);
		return word;
	}
}

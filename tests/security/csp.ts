/** Content-Security-Policies, and the table of docs/security.md that explains each source in them. */
import { readFileSync } from 'node:fs';

/** `directive source` of each source beside 'self' and 'none'; nonces and hashes by their kind. */
export function exceptionsIn(policy: string): string[] {
	return policy.split(';').flatMap((part) => {
		const [directive, ...sources] = part.trim().split(/\s+/);
		if (!directive) return [];
		if (directive === 'sandbox') return [`sandbox ${sources.join(' ') || '(without a word)'}`];
		return sources
			.filter((source) => source !== "'self'" && source !== "'none'")
			.map((source) => `${directive} ${source.replace(/^'(nonce|sha256)-.*'$/, "'$1-…'")}`);
	});
}

/** The same of the table. */
export function explainedExceptions(): string[] {
	const rows = readFileSync('docs/security.md', 'utf8').split('\n');
	const head = rows.findIndex((row) => /^\| directive /.test(row));
	return rows
		.slice(head + 2)
		.slice(
			0,
			rows.slice(head + 2).findIndex((row) => !row.startsWith('|'))
		)
		.map((row) => {
			const [, directive, source, why] = row.split('|').map((cell) => cell.trim().replace(/^`(.*)`$/, '$1'));
			if (!why) throw new Error(`not explained: ${row}`);
			return `${directive} ${source}`;
		});
}

/** docs/asvs.md and docs/security.md say what is so: the tests exist, the numbers are the standard's, the policies ours. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import svelteConfig from '../../svelte.config.js';
import { explainedExceptions, exceptionsIn } from './csp.ts';

const SECURITY = readFileSync('docs/security.md', 'utf8');
/** Every requirement of levels 1 and 2 of ASVS 5.0.0: `<section>: <numbers>`. */
const STANDARD = readFileSync('tests/security/asvs-5.0.0-ids.txt', 'utf8')
	.trim()
	.split('\n')
	.flatMap((line) => {
		const [section, numbers] = line.split(': ') as [string, string];
		return numbers.split(' ').map((number) => `${section}.${number}`);
	});
const ROWS = readFileSync('docs/asvs.md', 'utf8')
	.split('\n')
	.filter((line) => /^\| \d/.test(line))
	.map((line) => line.split('|').map((cell) => cell.trim()))
	.map(([, id, asks, meets, shown]) => ({ id: id!, asks, meets, shown: shown! }));

/** Why a row has no test, or null: it names `file`: test. */
const whyNone = (shown: string): string | null =>
	/^(Not applicable|Not by a test|Accepted): \S.{6,}$/.test(shown) ? shown : null;

describe('[ASVS] the table', () => {
	test('has every requirement of levels 1 and 2 of 5.0.0, once', () => {
		expect(STANDARD).toHaveLength(253);
		expect(ROWS.map(({ id }) => id)).toEqual(STANDARD);
	});

	test.for(ROWS)('$id has a test that exists, or says why it has none', ({ asks, meets, shown }) => {
		expect(asks).not.toBe('');
		expect(meets).not.toBe('');
		if (whyNone(shown)) return;
		const [, file, name] = /^`([^`]+)`: `(.+)`$/.exec(shown) ?? [];
		expect(file, shown).toBeDefined();
		expect(existsSync(file!), file).toBe(true);
		expect(readFileSync(file!, 'utf8')).toContain(name);
	});

	test('an empty reason, a missing file or a missing test would be seen', () => {
		expect(whyNone('Not applicable: ')).toBeNull();
		expect(whyNone('Accepted')).toBeNull();
		expect(whyNone('Accepted: since it is so')).not.toBeNull();
	});
});

test('[ASVS] docs/security.md has the sections that the table stands on', () => {
	const sections = [...SECURITY.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
	expect(sections).toEqual(
		expect.arrayContaining([
			...['Ways in', 'Who may what', 'Passwords', 'Sessions', 'Input', 'Limits', 'Files', 'Headers', 'Keys', 'Data'],
			...['Logs', 'Talking to others']
		])
	);
	const cited = [...readFileSync('docs/asvs.md', 'utf8').matchAll(/docs\/security\.md, "([^"]+)"/g)];
	for (const [, title] of cited) expect(sections).toContain(title);
	expect(readFileSync('docs/operations.md', 'utf8')).toMatch(/^## Security$/m);
});

describe('the policies', () => {
	test('[CSP] every source that a policy names is explained, and none is explained that is not there', () => {
		const directives = svelteConfig.kit!.csp!.directives as Record<string, string[]>;
		const ofPages = Object.entries(directives).flatMap(([name, sources]) =>
			exceptionsIn(`${name} ${sources.map((source) => (/:$|\//.test(source) ? source : `'${source}'`)).join(' ')}`)
		);
		const written = Object.values(SOURCES).flatMap((text) =>
			[...text.matchAll(/"(?=[^"\n]*\b(?:default-src|frame-ancestors)\b)([^"\n]+)"/g)].flatMap(([, policy]) =>
				exceptionsIn(policy!)
			)
		);
		// SvelteKit's own: requests.test.ts sees them in the pages that the server sends.
		const made = ["script-src 'nonce-…'", "script-src 'sha256-…'", "style-src 'nonce-…'"];
		expect([...new Set([...ofPages, ...written, ...made])].sort()).toEqual(explainedExceptions().sort());
		expect(directives['object-src']).toEqual(['none']);
		expect(directives['base-uri']).toEqual(['none']);
		expect(directives['frame-ancestors']).toEqual(['none']);
	});
});

const SOURCES = import.meta.glob<string>(
	['/src/**/*.{ts,svelte,js}', '!/src/**/*.test.ts', '!/src/lib/paraglide/**', '!/src/lib/server/prisma/**'],
	{
		query: '?raw',
		import: 'default',
		eager: true
	}
);
const where = (found: RegExp): string[] => Object.keys(SOURCES).filter((file) => found.test(SOURCES[file]!));

describe('[ASVS] the source', () => {
	test('[ASVS] no weak hash or cipher is used', () => {
		expect(where(/createHash\(\s*['"](md5|sha1|md4|ripemd)|createCipher\b|aes-\d+-ecb|['"]des-/i)).toEqual([]);
		expect(where(/createHash\('sha256'\)/).length).toBeGreaterThan(0);
	});

	test('[ASVS] no secret is made with Math.random', () => {
		const files = where(/Math\.random/).filter((file) => file.startsWith('/src/lib/server/'));
		// When a stream asks for news again.
		expect(files).toEqual(['/src/lib/server/sync/poke.ts']);
		expect(SOURCES['/src/lib/server/access/tokens.ts']).toContain('randomBytes(32)');
	});

	test('[ASVS] nothing accepts a certificate that is not trusted', () => {
		// `ops check` looks at this machine's own server and says no secret.
		const lax = where(/rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED/);
		expect(lax).toEqual(['/src/ops/checks/running-server.ts']);
	});

	test('[ASVS] every field for a secret is masked, and takes what a password manager fills in', () => {
		const fields = Object.values(SOURCES).flatMap(
			(text) => text.match(/<input\b[^>]*name="(?:password|pin)"[^>]*>/g) ?? []
		);
		expect(fields.length).toBeGreaterThan(2);
		for (const field of fields) {
			expect(field).toMatch(/type="password"|type=\{\w+ \? 'text' : 'password'\}/);
			if (field.includes('name="password"')) expect(field).toMatch(/autocomplete="(current|new)-password"/);
			expect(field).not.toContain('onpaste');
		}
	});

	test('[ASVS] every page of the desk offers to sign out', () => {
		const shells = where(/action="\/logout"/);
		expect(shells.length).toBeGreaterThan(0);
		expect(SOURCES['/src/routes/(desk)/+layout.svelte']).toBeDefined();
	});
});

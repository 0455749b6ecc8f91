import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Generated sentences and the reader's language. */
const MESSAGES = ['#lib/paraglide/messages.js', '#lib/paraglide/runtime.js'];

/**
 * The architecture. Read a row as a sentence: "sync may use domain and protocol, and no packages". What is not listed is
 * refused. Next to you is './x.ts', with its extension; everything else is '#lib/…'. tests/fences.test.ts shows each row bite.
 */
const LAYERS = {
	domain: { uses: [], packages: [] },
	protocol: { uses: ['domain'], packages: ['zod'] },
	sync: { uses: ['domain', 'protocol'], packages: [] },
	local: {
		uses: ['domain', 'protocol', 'sync'],
		packages: ['dexie', '@trpc/client'],
		types: ['#lib/server/api/router.ts']
	},
	scanner: { uses: ['domain'], packages: ['@zxing/*', 'zxing-wasm', 'zxing-wasm/*'] },
	server: {
		uses: ['domain', 'protocol'],
		packages: [
			...[
				'@node-rs/argon2',
				'nodemailer',
				'pino',
				'rate-limiter-flexible',
				'@prisma/*',
				'better-sqlite3',
				'uqr',
				'@trpc/server'
			],
			...[
				'@trpc/server/*',
				'zod',
				'node:*',
				'prom-client',
				'croner',
				'@zip.js/zip.js',
				'pdfkit',
				'#lib/paraglide/server.js',
				...MESSAGES
			]
		],
		types: ['@sveltejs/kit']
	},
	state: {
		uses: ['domain', 'protocol', 'sync', 'local', 'scanner'],
		packages: ['svelte', 'svelte/*', '$app/*', 'workbox-window', ...MESSAGES]
	},
	components: {
		uses: ['domain'],
		packages: ['svelte', 'svelte/*', 'bits-ui', '@lucide/svelte', '@lucide/svelte/*', ...MESSAGES]
	}
};

/** The places outside src/lib, in the same words. */
const SERVER_FILES = ['src/routes/**/*.server.ts', 'src/routes/**/+server.ts', 'src/hooks.server.ts'];
const PLACES = [
	{
		name: 'A screen (src/routes)',
		files: ['src/routes/**/*.{ts,svelte}'],
		ignores: SERVER_FILES,
		uses: ['domain', 'state', 'components'],
		above: true,
		packages: [
			...['svelte', 'svelte/*', '$app/*', '@sveltejs/kit', 'sveltekit-superforms', 'sveltekit-superforms/*', 'bits-ui'],
			...['@lucide/svelte', '@lucide/svelte/*', './$types', '../app.css', ...MESSAGES]
		]
	},
	{
		name: 'A server file',
		files: SERVER_FILES,
		uses: ['domain', 'protocol', 'server'],
		packages: [
			...['@sveltejs/kit', '@sveltejs/kit/*', 'sveltekit-superforms', 'sveltekit-superforms/*', '@trpc/server'],
			...['@trpc/server/*', 'zod', 'node:*', '$app/*', './$types', '#lib/paraglide/server.js', ...MESSAGES],
			// What the pages of a group share, beside their layout.
			...['../*.server.ts', '../../*.server.ts', '../../../*.server.ts', '../../admin/*.server.ts']
		]
	},
	{
		name: 'The command line (src/ops)',
		files: ['src/ops/**/*.{ts,js}'],
		uses: ['domain', 'protocol', 'server'],
		packages: [
			...['node:*', '@prisma/*', 'uqr', 'zod', 'tsx/*', '@inlang/paraglide-js'],
			...['./commands/*', './db/*', './lan/*', '../*.ts', '../*.js', '../db/*', '../checks/*', '../lan/*'],
			...['@peculiar/x509', '#lib/paraglide/messages.js']
		]
	},
	{
		name: 'The service worker, which ships to phones and which SvelteKit does not guard,',
		files: ['src/service-worker.ts'],
		uses: ['domain'],
		packages: ['workbox-*', '$service-worker']
	}
];

/** A star in a path of our own stays within its folder; in a package's name it goes as deep as the package. */
const regex = (glob) =>
	glob.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\\*', glob.startsWith('.') ? '[^/]*' : '.*');

/** A file beside this one. Two dots would lead out of the layer. */
const SIBLING = String.raw`\./[^/]+\.[a-z]+(?:\?[a-z]+)?`;

/** What the screens of a group share and no component may be, since it asks state: a component beside their layout. */
const ABOVE = String.raw`(?:\.\./)+[A-Z]\w*\.svelte`;

/** One row of the tables as lint. */
function fence({ name, files, ignores = [], uses, packages, types = [], above = false }) {
	const typeOnly = types.map(regex);
	const inside = [...uses.map((layer) => `#lib/${layer}/*`), ...packages].map(regex);
	const allowed = [SIBLING, ...(above ? [ABOVE] : []), ...inside, ...typeOnly];
	const message = `${name} may use #lib/{${uses.join(',')}} and the packages of its row in eslint.config.js; next to it is './x.ts'. See docs/architecture.md.`;
	return {
		files,
		ignores: ['**/*.test.ts', 'src/lib/server/prisma/**', 'src/lib/paraglide/**', ...ignores],
		rules: {
			'@typescript-eslint/no-restricted-imports': [
				'error',
				{
					patterns: [
						{ regex: `^(?!(?:${allowed.join('|')})$)`, message },
						...typeOnly.map((type) => ({
							regex: `^${type}$`,
							message: `${name} may use its types only.`,
							allowTypeImports: true
						}))
					]
				}
			]
		}
	};
}

const layerFence = ([layer, row]) =>
	fence({ ...row, name: `${layer}/`, files: [`src/lib/${layer}/**/*.{ts,svelte}`], uses: [layer, ...row.uses] });

/**
 * Prisma's writes, and better-sqlite3's outside a function that the store handed its `db` (store.write, store.read). Regular
 * expressions have an `.exec` too, and many things a `.run`: for these two the receiver's name decides.
 */
const PRISMA_WRITES =
	'/^(createMany|createManyAndReturn|updateMany|updateManyAndReturn|upsert|deleteMany|\\$executeRaw|\\$executeRawUnsafe)$/';
const HANDED = ':function:has(> Identifier.params[name="db"]) CallExpression';
const WRITES = [
	`MemberExpression[property.name=${PRISMA_WRITES}]`,
	'CallExpression[callee.property.name=/^(create|update|delete)$/][callee.object.type="MemberExpression"]' +
		' > ObjectExpression.arguments > Property[key.name=/^(data|where)$/]',
	`CallExpression[callee.property.name="prepare"]:not(${HANDED})`,
	`CallExpression[callee.property.name="run"][callee.object.name=/^(statement|stmt|insert|update|remove|upsert)/i]:not(${HANDED})`,
	`CallExpression[callee.property.name="exec"][callee.object.name=/^(db|database|connection|writer|sqlite)$/i]:not(${HANDED})`
].join(', ');

/** What only one place may say. Each is a rule of its own, so that a reasoned exception names exactly what it excepts. */
const BANS = {
	'dynamic-import': {
		selector: 'ImportExpression',
		message:
			'A dynamic import walks around the fence. Import at the top; where a page says lazy, disable this with the reason.',
		files: ['src/**/*.{ts,svelte}'],
		except: ['src/ops/**']
	},
	'environment-in-config': {
		selector:
			'MemberExpression[object.name="process"][property.name="env"], MemberExpression[object.type="MetaProperty"][property.name="env"]',
		message: 'Settings are parsed once, in src/lib/server/config.ts. Take them as an argument.',
		files: ['src/**/*.{ts,js,svelte}'],
		except: ['src/lib/server/config.ts', 'src/ops/**']
	},
	'one-dexie': {
		selector: 'NewExpression[callee.name="Dexie"], ClassDeclaration[superClass.name="Dexie"]',
		message: "The phone's tables are made in one place: src/lib/local/database.ts.",
		files: ['src/**/*.{ts,svelte}'],
		except: ['src/lib/local/database.ts']
	},
	'one-indexeddb': {
		selector: 'CallExpression[callee.object.name="indexedDB"][callee.property.name=/^(open|deleteDatabase)$/]',
		message: "The phone's database is opened in one place: src/lib/local/phone-database.ts.",
		files: ['src/**/*.{ts,svelte}'],
		except: ['src/lib/local/phone-database.ts']
	},
	'one-database': {
		selector: 'NewExpression[callee.name=/^(Database|DatabaseSync)$/]',
		message:
			"The server's database is opened in one place: src/lib/server/store/open.ts. A second writer would break its transactions.",
		files: ['src/**/*.{ts,svelte}'],
		except: ['src/lib/server/store/open.ts']
	},
	'one-prisma-client': {
		selector: 'NewExpression[callee.name="PrismaClient"]',
		message: "Prisma's client is made in one place, read-only: src/lib/server/store/read-client.ts.",
		files: ['src/**/*.{ts,svelte}'],
		except: ['src/lib/server/store/read-client.ts']
	},
	'writes-in-store': {
		selector: WRITES,
		message:
			'Every write goes through the one writer, in src/lib/server/store: another one would join its open transaction and be lost with it (docs/decisions/0002).',
		files: ['src/lib/server/**/*.ts', 'src/ops/**/*.ts', ...SERVER_FILES],
		except: ['src/lib/server/store/**', 'src/ops/db/**']
	}
};

const ban = ({ selector, message }) => ({
	create: (context) => ({ [selector]: (node) => context.report({ node, message }) })
});
const plugin = { rules: Object.fromEntries(Object.entries(BANS).map(([name, row]) => [name, ban(row)])) };

const bans = Object.entries(BANS).map(([name, { files, except }]) => ({
	files,
	ignores: ['**/*.test.ts', 'src/lib/server/prisma/**', 'src/lib/paraglide/**', ...except],
	plugins: { fence: plugin },
	rules: { [`fence/${name}`]: 'error' }
}));

/** What ESLint's own rules find that TypeScript does not. */
const ALWAYS_BUGS = [
	...[
		'no-async-promise-executor',
		'no-constant-binary-expression',
		'no-dupe-else-if',
		'no-empty-pattern',
		'no-fallthrough'
	],
	...['no-irregular-whitespace', 'no-loss-of-precision', 'no-self-compare', 'no-sparse-arrays', 'no-unreachable-loop'],
	...[
		'no-unsafe-finally',
		'no-unsafe-optional-chaining',
		'no-useless-catch',
		'no-template-curly-in-string',
		'use-isnan'
	]
];

export default ts.config(
	{
		ignores: [
			...[
				'.svelte-kit/',
				'build/',
				'data/',
				'test-results/',
				'static/',
				'src/lib/paraglide/',
				'src/lib/server/prisma/'
			],
			'**/*.cjs'
		]
	},
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	...ts.configs.recommended,
	...svelte.configs.recommended,
	prettier,
	...svelte.configs.prettier,
	{ languageOptions: { globals: { ...globals.browser, ...globals.node } } },
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } }
	},
	{
		rules: {
			// TypeScript knows what exists.
			'no-undef': 'off',
			// The application is served at the root of its own host; there is no base path to resolve.
			'svelte/no-navigation-without-resolve': 'off',
			// A rune class keeps plain maps for what no screen reads; what a screen reads is replaced whole.
			'svelte/prefer-svelte-reactivity': 'off',
			...Object.fromEntries(ALWAYS_BUGS.map((rule) => [rule, 'error'])),
			'no-eval': 'error',
			'no-implied-eval': 'error',
			'no-new-func': 'error',
			'@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }]
		}
	},
	{
		// A promise nobody waits for is a lost scan.
		files: ['src/**/*.ts', 'tests/**/*.ts'],
		ignores: ['src/service-worker.ts'],
		languageOptions: { parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] } },
		rules: {
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }]
		}
	},
	{ files: ['src/**/*.test.ts', 'tests/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
	...Object.entries(LAYERS).map(layerFence),
	...PLACES.map(fence),
	...bans
);

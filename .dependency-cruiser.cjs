/**
 * What the lint fence cannot see from one file: cycles, and paths that lead from a browser's code to the server's through
 * several files. Type-only imports are no paths: they are gone when the code runs.
 */
module.exports = {
	forbidden: [
		{
			name: 'no-cycles',
			comment: 'Two modules that need each other are one module, or hide a third.',
			severity: 'error',
			from: {},
			to: { circular: true }
		},
		{
			name: 'browser-never-reaches-server',
			comment: 'Whatever this module reaches ships to phones.',
			severity: 'error',
			from: {
				path: '^src/(service-worker|lib/(domain|protocol|sync|local|scanner|state|components)/|routes/.*\\.svelte$)'
			},
			to: { path: '^src/lib/server/|node_modules/(better-sqlite3|@prisma)/', reachable: true }
		},
		{
			name: 'unresolvable',
			comment: 'An import that leads nowhere cannot be checked.',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true, pathNot: '^(\\$app/|\\$service-worker|\\./\\$types)|\\?url$' }
		}
	],
	options: {
		exclude: '\\.test\\.ts$|^src/lib/(paraglide|server/prisma)/',
		doNotFollow: { path: 'node_modules' },
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['svelte', 'browser', 'import', 'default']
		}
	}
};

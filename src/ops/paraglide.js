// @ts-check
/**
 * Where the interface sentences come from and where their generated functions go. Read by the Vite plugin and by
 * `npm run generate`, so that both write the same files.
 *
 * @satisfies {import('@inlang/paraglide-js').CompilerOptions}
 */
export const PARAGLIDE = {
	project: './project.inlang',
	outdir: './src/lib/paraglide',
	strategy: ['cookie', 'baseLocale'],
	emitReadme: false,
	emitGitIgnore: false,
	emitPrettierIgnore: false
};

import { appendFileSync } from 'node:fs';
import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

const node = adapter();

/**
 * SvelteKit asks for the matchers of route parameters at every request, by imports that the loader which serves us sends through
 * another thread each time. They cannot change while a server runs: asked once.
 */
const MATCHERS_ASKED_ONCE = `
const { matchers } = manifest._;
let known;
manifest._.matchers = () => (known ??= matchers());
`;

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	kit: {
		adapter: {
			...node,
			adapt: (builder) => {
				appendFileSync(`${builder.getServerDirectory()}/manifest.js`, MATCHERS_ASKED_ONCE);
				return node.adapt(builder);
			}
		},
		// Relative asset paths would make a deep link reloaded with the server dead ask for /scan/x/_app/… and stay blank.
		paths: { relative: false },
		// The shell registers it with workbox-window, which can ask before a waiting one takes over.
		serviceWorker: { register: false },
		// Only the floor's shell is prerendered: it must open without a server. Every other page is rendered for its reader.
		prerender: { entries: ['/scan'], crawl: false },
		typescript: {
			config: (config) => ({
				...config,
				include: [...config.include, '../playwright.config.ts', '../prisma.config.ts']
			})
		},
		csp: {
			mode: 'auto',
			directives: {
				// docs/security.md explains every source beside 'self' and 'none'.
				'default-src': ['self'],
				// The scanner's WebAssembly.
				'script-src': ['self', 'wasm-unsafe-eval'],
				'style-src': ['self'],
				// SvelteKit's route announcer carries a style attribute.
				'style-src-attr': ['unsafe-inline'],
				'img-src': ['self', 'data:', 'blob:'],
				'worker-src': ['self'],
				'frame-src': ['none'],
				'object-src': ['none'],
				'base-uri': ['none'],
				'form-action': ['self'],
				'frame-ancestors': ['none']
			}
		}
	}
};

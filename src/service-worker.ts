/**
 * Keeps the floor's program on the phone, so that `/scan` and everything below it opens without a server. Runs beside all
 * pages of the origin; knows no business, stores no answer of the API, and takes over from its predecessor only when a page
 * says so.
 */
/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />
/// <reference types="@sveltejs/kit" />
import { base, build, files, prerendered, version } from '$service-worker';
import { cleanupOutdatedCaches, createHandlerBoundToURL, matchPrecache, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

const worker = globalThis.self as unknown as ServiceWorkerGlobalScope;

/** As Chromium has it; TypeScript's library knows no static routes. What a `cache` has not comes from the network. */
interface InstallEvent extends ExtendableEvent {
	addRoutes?(
		rules: { condition: { urlPattern: string }; source: 'network' | 'fetch-event' | 'cache' }[]
	): Promise<void>;
}

const SHELL = `${base}/scan`;
const OFFLINE_PAGE = `${base}/offline.html`;
/** What stays out of the first download and is stored when the program is up: the scanner's engine. */
const REST_CACHE = 'escale-rest';
const isRest = (path: string): boolean => path.endsWith('.wasm');
const rest = build.filter(isRest);
/** What only the desk's pages use, as the build wrote it down (src/ops/desk-files.js): they come from the server anyway. */
const desk = new Set(
	Object.values(import.meta.glob<string[]>('../.svelte-kit/desk-files.json', { eager: true, import: 'default' }))
		.flat()
		.map((path) => base + path)
);
/** The browser itself fetches icons, screenshots and manifest when it installs; the pages show one icon. */
const isForInstalling = (path: string): boolean =>
	/^\/(icons|screenshots)\/|\.webmanifest$/.test(path.slice(base.length)) && path !== `${base}/icons/icon.svg`;

precacheAndRoute([
	// Hashed names: a changed file has another one.
	...build.filter((path) => !isRest(path) && !desk.has(path)).map((url) => ({ url, revision: null })),
	...files.filter((path) => !isForInstalling(path)).map((url) => ({ url, revision: version })),
	...prerendered.map((url) => ({ url, revision: version }))
]);
cleanupOutdatedCaches();

/** The floor's addresses, whatever follows; some pages of the desk live under the same word. */
registerRoute(
	new NavigationRoute(createHandlerBoundToURL(SHELL), {
		allowlist: [new RegExp(`^${base}/scan(/|\\?|$)`)],
		denylist: [new RegExp(`^${base}/scan/(shipments-tracking|shipments-ready|cards)(/|\\?|$)`)]
	})
);

/** Every other page comes from the server; without one, a page says so and leads to the floor. */
registerRoute(
	new NavigationRoute(
		async ({ request }) => {
			try {
				return await fetch(request);
			} catch (error) {
				const page = await matchPrecache(OFFLINE_PAGE);
				if (page) return page;
				throw error;
			}
		},
		{ denylist: [new RegExp(`^${base}/(api|metrics|health|healthz)(/|\\?|$)`)] }
	)
);

registerRoute(
	({ url, sameOrigin }) => sameOrigin && rest.includes(url.pathname),
	async ({ url }) => (await caches.match(url.pathname, { cacheName: REST_CACHE })) ?? store(url.pathname)
);

/**
 * What needs no decision here goes past this worker. Chromium asks a worker that is replaced once to stop; a request that
 * starts it anew in that very moment makes it forget, and the new release waits until nothing was asked for half a minute,
 * or for five minutes. A browser without static routes asks this worker, whose routes say the same.
 */
worker.addEventListener('install', (event: InstallEvent) => {
	const routes = event.addRoutes?.([
		{ condition: { urlPattern: `${base}/api/*` }, source: 'network' },
		// Stored only when first used.
		{ condition: { urlPattern: `${base}/_app/immutable/*.wasm` }, source: 'fetch-event' },
		{ condition: { urlPattern: `${base}/_app/immutable/*` }, source: 'cache' }
	]);
	// Without them all works as well, so that they keep no release from a phone.
	if (routes) event.waitUntil(routes.catch(() => undefined));
});

worker.addEventListener('message', (event) => {
	const type: unknown = (event.data as { type?: unknown } | null)?.type;
	if (type === 'SKIP_WAITING') void worker.skipWaiting();
	if (type === 'STORE_REST') event.waitUntil(storeRest());
});

worker.addEventListener('activate', (event) => {
	// The first page of all was loaded without this worker; only when claimed do its later parts come from here too.
	event.waitUntil(Promise.all([worker.clients.claim(), forgetOldRest()]));
});

async function store(path: string): Promise<Response> {
	const response = await fetch(path);
	if (response.ok) {
		const cache = await caches.open(REST_CACHE);
		await cache.put(path, response.clone());
	}
	return response;
}

async function storeRest(): Promise<void> {
	const cache = await caches.open(REST_CACHE);
	for (const path of rest) {
		// Without a server: the camera's first use or the next start fetches it.
		if (!(await cache.match(path))) await store(path).catch(() => undefined);
	}
}

async function forgetOldRest(): Promise<void> {
	const cache = await caches.open(REST_CACHE);
	for (const request of await cache.keys()) {
		if (!rest.includes(new URL(request.url).pathname)) await cache.delete(request);
	}
}

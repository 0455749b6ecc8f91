import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Picture {
	src: string;
	sizes: string;
	type: string;
	purpose?: string;
	form_factor?: 'narrow' | 'wide';
	label?: string;
}

interface Manifest {
	[member: string]: unknown;
	icons: Picture[];
	screenshots: Picture[];
	shortcuts: { name: string; url: string; icons: Picture[] }[];
}

const file = (path: string): string => join('static', path);
const manifest = JSON.parse(readFileSync(file('manifest.webmanifest'), 'utf8')) as Manifest;
const pictures = [
	...manifest.icons,
	...manifest.screenshots,
	...manifest.shortcuts.flatMap((shortcut) => shortcut.icons)
];

/** Width and height as the file itself says, from its IHDR. */
function pngSize(path: string): string {
	const bytes = readFileSync(path);
	expect(bytes.subarray(1, 4).toString()).toBe('PNG');
	return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}

describe('manifest', () => {
	it('[pwa] says who it is, where it starts and how it is shown', () => {
		expect(manifest).toMatchObject({
			id: '/scan',
			start_url: '/scan',
			scope: '/',
			lang: 'fr',
			dir: 'ltr',
			display: 'standalone',
			prefer_related_applications: false,
			theme_color: '#11151c'
		});
		for (const member of ['name', 'short_name', 'description', 'background_color'])
			expect(manifest[member]).toBeTruthy();
	});

	it.each(pictures.map((picture) => [picture.src, picture] as const))(
		'[pwa] %s has the pixels it claims',
		(src, picture) => {
			expect(existsSync(file(src))).toBe(true);
			if (picture.type === 'image/png') expect(pngSize(file(src))).toBe(picture.sizes);
			else expect([picture.type, picture.sizes]).toEqual(['image/svg+xml', 'any']);
		}
	);

	it('[pwa] has the icons that systems ask for: 192 and 512, plain and maskable, and one of one colour', () => {
		const icons = manifest.icons.map(({ sizes, purpose, type }) => `${purpose} ${sizes} ${type}`);
		for (const size of ['192x192', '512x512']) {
			for (const purpose of ['any', 'maskable']) expect(icons).toContain(`${purpose} ${size} image/png`);
		}
		expect(icons).toContain('monochrome 512x512 image/png');
		expect(icons).toContain('any any image/svg+xml');
	});

	it('[pwa] shows itself on a phone and on a desk before it is installed', () => {
		const forms = manifest.screenshots.map((screenshot) => screenshot.form_factor);
		expect(forms).toContain('narrow');
		expect(forms).toContain('wide');
		for (const { label } of manifest.screenshots) expect(label).toBeTruthy();
	});

	it('[pwa] its shortcuts lead to pages that exist', () => {
		const routes = ['src/routes/(floor)', 'src/routes/(desk)'];
		expect(manifest.shortcuts.map((shortcut) => shortcut.url)).toEqual([
			'/scan/pack',
			'/scan/assign',
			'/scan/label',
			'/scan/shipments-tracking'
		]);
		for (const { url } of manifest.shortcuts) {
			expect(routes.some((folder) => existsSync(join(folder, url, '+page.svelte')))).toBe(true);
		}
	});

	it('[pwa] the page links it, and the touch icon is what iOS wants', () => {
		const page = readFileSync('src/app.html', 'utf8');
		expect(page).toContain('/manifest.webmanifest');
		expect(page).toContain('/icons/apple-touch-icon.png');
		expect(pngSize(file('icons/apple-touch-icon.png'))).toBe('180x180');
	});
});

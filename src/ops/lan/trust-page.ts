/** The page by which a phone learns to trust this server, in the reader's language; it needs no script and asks for nothing. */
import { createHash } from 'node:crypto';
import { m } from '#lib/paraglide/messages.js';
import { qrSymbol } from '#lib/server/documents/qr-symbol.ts';

export type Language = 'fr' | 'en';
export type Platform = 'android' | 'ios' | 'computer';

export const CERTIFICATE_PATH = '/trust/escale.crt';
export const PROFILE_PATH = '/trust/escale.mobileconfig';

export interface TrustPage {
	origin: string;
	trustUrl: string;
	fingerprint: string;
	/** The day on which the authority ends. */
	until: Date;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #11151c; --paper: #fbfaf7; --line: #8a8f98; --act: #0b4aa2; --on: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #f4f2ec; --paper: #11151c; --line: #7d8591; --act: #9ec5ff; --on: #11151c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 40rem; font: 1.125rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.75rem; line-height: 1.2; margin: .5rem 0 .75rem; }
nav { text-align: right; }
nav a { display: inline-block; padding: 1rem; color: var(--act); }
a.act { display: flex; align-items: center; justify-content: center; min-height: 4.5rem; padding: .75rem 1rem; border-radius: .75rem; text-align: center; text-decoration: none; font-weight: 700; background: var(--act); color: var(--on); }
details { border: 2px solid var(--line); border-radius: .75rem; margin: 1rem 0; padding: 0 1rem; }
summary { min-height: 3.5rem; display: flex; align-items: center; font-weight: 700; font-size: 1.25rem; cursor: pointer; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "›"; width: 1.5rem; }
details[open] summary::before { content: "⌄"; }
ol { padding-left: 1.5rem; } li { margin: .75rem 0; }
.print { font: 1rem/1.6 ui-monospace, monospace; overflow-wrap: anywhere; }
svg { width: 14rem; height: 14rem; background: #fff; display: block; margin: 1rem auto; }
a:focus-visible, summary:focus-visible { outline: 4px solid var(--act); outline-offset: 3px; }
`;

/** Nothing but this very style may do anything on the page. */
export const TRUST_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** @param reader the platform whose steps are open, and the language */
export function trustPage(page: TrustPage, { language, platform }: { language: Language; platform: Platform }): string {
	const locale = { locale: language };
	const other = language === 'fr' ? 'en' : 'fr';
	const steps: Record<Platform, { title: string; file: string; download: string; items: string[] }> = {
		android: {
			title: m.lan_android({}, locale),
			file: CERTIFICATE_PATH,
			download: m.lan_download_certificate({}, locale),
			items: [m.lan_android_2({}, locale), m.lan_android_3({}, locale), m.lan_android_4({}, locale)]
		},
		ios: {
			title: m.lan_ios({}, locale),
			file: PROFILE_PATH,
			download: m.lan_download_profile({}, locale),
			items: [m.lan_ios_2({}, locale), m.lan_ios_3({}, locale), m.lan_ios_4({}, locale)]
		},
		computer: {
			title: m.lan_computer({}, locale),
			file: CERTIFICATE_PATH,
			download: m.lan_download_certificate({}, locale),
			items: [m.lan_computer_2({}, locale), m.lan_computer_3({}, locale), m.lan_computer_4({}, locale)]
		}
	};
	const sections = Object.entries(steps).map(
		([name, { title, file, download, items }]) => `<details${name === platform ? ' open' : ''}>
<summary>${text(title)}</summary>
<ol><li><a class="act" href="${file}">${text(download)}</a></li>${items.map((item) => `<li>${text(item)}</li>`).join('')}
<li>${text(m.lan_then({}, locale))} <a class="act" href="${text(page.origin)}/">${text(m.lan_open({}, locale))}</a></li></ol>
</details>`
	);
	const { size, path } = qrSymbol(page.trustUrl);
	const until = new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(page.until);
	return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(m.lan_title({}, locale))}</title><style>${STYLE}</style></head>
<body>
<nav><a href="/trust?lang=${other}" hreflang="${other}" lang="${other}">${text(m.lan_other_language({}, { locale: other }))}</a></nav>
<main>
<h1>${text(m.lan_title({}, locale))}</h1>
<p>${text(m.lan_why({}, locale))}</p>
${sections.join('\n')}
<h2>${text(m.lan_compare({}, locale))}</h2>
<p>${text(m.lan_compare_why({}, locale))}</p>
<p class="print">${text(page.fingerprint)}</p>
<p>${text(m.lan_until({ date: until }, locale))}</p>
<h2>${text(m.lan_other_phone({}, locale))}</h2>
<svg viewBox="0 0 ${size} ${size}" role="img" aria-label="${text(page.trustUrl)}"><path d="${path}" fill="#000"/></svg>
<p class="print">${text(page.trustUrl)}</p>
</main>
</body>
</html>
`;
}

/** What is typed by nobody, yet may hold an ampersand or an apostrophe. */
const text = (raw: string): string => raw.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * A message as plain text and as simple HTML, of the same parts. What people wrote is escaped and keeps the direction of its
 * own script. Knows no notice and no address.
 */
export interface Letter {
	subject: string;
	/** The one sentence that matters. */
	headline: string;
	/** Named facts, one a line. */
	facts: { name: string; value: string }[];
	/** Further text, in paragraphs; lines within them stay. */
	paragraphs: string[];
	link: { name: string; href: string } | null;
	/** Why one gets this, and where to end it. */
	footer: { text: string; href: string };
}

export interface Written {
	subject: string;
	text: string;
	html: string;
}

/** Longer subjects are cut by programs anyway; counted in characters, so that no emoji is cut in two. */
const SUBJECT_LENGTH = 150;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one]!);

/** A header is one line, whatever a name or a city holds. */
const oneLine = (text: string): string =>
	[...text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()].slice(0, SUBJECT_LENGTH).join('');

export function writeLetter(letter: Letter, locale: 'fr' | 'en'): Written {
	return { subject: oneLine(letter.subject), text: textOf(letter, locale), html: htmlOf(letter, locale) };
}

function textOf({ headline, facts, paragraphs, link, footer }: Letter, locale: 'fr' | 'en'): string {
	const colon = locale === 'fr' ? ' : ' : ': ';
	const parts = [
		headline,
		facts.map(({ name, value }) => name + colon + value).join('\n'),
		...paragraphs,
		link === null ? '' : `${link.name}${colon}\n${link.href}`,
		`-- \n${footer.text}\n${footer.href}`
	];
	return parts.filter((part) => part !== '').join('\n\n') + '\n';
}

function htmlOf({ subject, headline, facts, paragraphs, link, footer }: Letter, locale: 'fr' | 'en'): string {
	const rows = facts.map(
		({ name, value }) =>
			`<tr><th align="left" style="padding:4px 16px 4px 0;color:#4a515c;font-weight:normal">${escaped(name)}</th><td style="padding:4px 0" dir="auto">${escaped(value)}</td></tr>`
	);
	const texts = paragraphs.map((text) => `<p dir="auto">${escaped(text).replaceAll('\n', '<br>')}</p>`);
	return [
		`<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escaped(oneLine(subject))}</title></head>`,
		`<body style="font-family:Verdana,sans-serif;font-size:16px;line-height:1.45;color:#11151c">`,
		`<p style="font-size:20px" dir="auto"><strong>${escaped(headline)}</strong></p>`,
		rows.length === 0 ? '' : `<table cellspacing="0">${rows.join('')}</table>`,
		...texts,
		link === null ? '' : `<p><a href="${escaped(link.href)}" style="color:#0b4688">${escaped(link.name)}</a></p>`,
		`<hr><p style="font-size:14px;color:#4a515c">${escaped(footer.text)} <a href="${escaped(footer.href)}" style="color:#0b4688">${escaped(footer.href)}</a></p>`,
		`</body></html>`
	].join('');
}

/** What the mail itself has to say: the question to an address that somebody gave. Notices have words of their own. */
import type { Locale } from '#lib/domain/labels.ts';
import { m } from '#lib/paraglide/messages.js';
import { writeLetter, type Written } from './letter.ts';
import { TOKEN_PLACE } from './mailed-link.ts';

export const confirmLetter = (locale: Locale, origin: string): Written =>
	writeLetter(
		{
			subject: m.mail_confirm_subject({}, { locale }),
			headline: m.mail_confirm_headline({}, { locale }),
			facts: [],
			paragraphs: [m.mail_confirm_text({}, { locale })],
			link: { name: m.mail_confirm_link({}, { locale }), href: `${origin}/confirm-address/${TOKEN_PLACE}` },
			footer: { text: m.mail_confirm_footer({}, { locale }), href: origin }
		},
		locale
	);

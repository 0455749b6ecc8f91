// Runs before the first paint of every page, the prerendered shell included: theme and language as the reader chose them.
(() => {
	const cookie = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`))?.[1];
	const root = document.documentElement;
	const theme = cookie('escale_theme');
	if (theme === 'light' || theme === 'dark' || theme === 'sun') root.dataset.theme = theme;
	const locale = cookie('PARAGLIDE_LOCALE');
	if (locale === 'fr' || locale === 'en') root.lang = locale;
})();

/** The address of a project at a Sentry, which is also the key to write there. */

export interface Dsn {
	endpoint: string;
	key: string;
	dsn: string;
}

/** `https://<key>@<host>/<path>/<project>`. @returns null for what is none */
export function parseDsn(text: string): Dsn | null {
	if (!URL.canParse(text)) return null;
	const { protocol, username, host, pathname } = new URL(text);
	const [, path = '', project] = /^(.*)\/(\d+)$/.exec(pathname) ?? [];
	if (!/^https?:$/.test(protocol) || username === '' || project === undefined) return null;
	return { endpoint: `${protocol}//${host}${path}/api/${project}/envelope/`, key: username, dsn: text };
}

/** What strangers write into names, searches, bodies and photos is data: in pages, exports, queries, JSON and files. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newUuid } from '#lib/server/uuid.ts';
import { HOSTILE, mutation, ORIGIN, PASSWORD, Target, TRACKING_TOKEN } from './target.ts';

let target: Target;
beforeAll(async () => {
	target = await Target.start({ REQUESTS_PER_MINUTE: '100000' });
}, 120_000);
afterAll(() => target?.app.remove());

/** Tags of a stranger’s that a browser would run. */
const LIVE = /<script>alert|<img src=x/i;

describe('markup', () => {
	test.for([
		...['/shipments', '/shipments/known', '/contacts', '/contacts/c-hostile', '/destinations', '/destinations/d-abj'],
		...['/scan/shipments-tracking', '/scan/shipments-ready', '/cartons', '/dashboard', `/track/${TRACKING_TOKEN}`],
		`/shipments?q=${encodeURIComponent(HOSTILE)}`,
		`/scan/shipments-tracking?search=${encodeURIComponent(HOSTILE)}&week=${encodeURIComponent(HOSTILE)}`,
		`/login?next=${encodeURIComponent(HOSTILE)}`,
		`/${encodeURIComponent('<script>alert(1)</script>')}`
	])('in a name or an address is text on %s', async (path) => {
		const { text, headers, status } = await target.ask(path, { as: 'admin' });
		expect(status).toBeLessThan(500);
		expect(text).not.toMatch(LIVE);
		const policy = String(headers['content-security-policy']);
		expect(policy).not.toMatch(/script-src[^;]*('unsafe-inline'|'unsafe-eval'|\*|http)/);
	});

	test('in a form is text in the page that comes back', async () => {
		const body = new URLSearchParams({ login: HOSTILE, password: HOSTILE });
		const { text } = await target.ask('/login', { body });
		expect(text).not.toMatch(LIVE);
		expect(text).not.toContain('alert(1)</script>');
	});
});

describe('exports', () => {
	test('[export] a formula is text in CSV, and no formula in XLSX', async () => {
		const csv = await target.ask('/exports/board.csv', { as: 'admin' });
		expect(csv.status).toBe(200);
		expect(csv.headers['content-type']).toContain('text/csv');
		expect(csv.headers['content-disposition']).toMatch(/^attachment/);
		const cells = csv.text.split(/[\r\n]+/).flatMap((line) => line.split(/[,;](?=(?:[^"]*"[^"]*")*[^"]*$)/));
		expect(csv.text).toContain('HYPERLINK');
		for (const cell of cells) expect(cell.replace(/^"/, '')).not.toMatch(/^[=+\-@\t\r＝＋－＠]./u);
		for (const format of ['xlsx', 'pdf']) {
			const { status, headers, text } = await target.ask(`/exports/board.${format}`, { as: 'admin' });
			expect([status, headers['x-content-type-options']]).toEqual([200, 'nosniff']);
			expect(headers['content-disposition']).toMatch(/^attachment/);
			expect(text).not.toMatch(/<f>|\/JavaScript|\/Launch/);
		}
	});

	test('a file’s name comes from nobody’s header, and no search adds one', async () => {
		const path = `/exports/board.csv?search=${encodeURIComponent('x"\r\nX-Evil: 1\r\n')}&week=${encodeURIComponent('\r\nX-Evil: 1')}`;
		const { headers } = await target.ask(path, { as: 'admin' });
		expect(headers['x-evil']).toBeUndefined();
		expect(headers['content-disposition']).toMatch(/^attachment; filename="[\w.-]+"/);
	});
});

const SQL = [
	`' OR '1'='1`,
	`'; DROP TABLE shipment; --`,
	`" OR ""="`,
	`%' UNION SELECT password_hash FROM account --`,
	`\\`,
	`%_%`,
	`1; ATTACH DATABASE 'stolen.db' AS y`
];
/** Every filter of every list. */
const FILTERS: Record<string, string[]> = {
	'/shipments': ['q', 'search', 'status', 'page', 'destination', 'sort'],
	'/cartons': ['q', 'search', 'status', 'page', 'into', 'sort', 'warehouse'],
	'/contacts': ['q', 'search', 'role', 'active', 'page', 'destination'],
	'/destinations': ['q', 'search', 'active', 'page'],
	'/refusals': ['q', 'search', 'state', 'page'],
	'/scan/shipments-ready': ['q', 'search', 'status', 'page'],
	'/scan/shipments-tracking': [
		'q',
		'search',
		'week',
		'late',
		'destination',
		'closed',
		'open',
		'before',
		'after',
		'sort',
		'page',
		'view'
	],
	'/dashboard': ['week', 'from', 'until', 'destination', 'warehouse', 'period'],
	'/notices': ['q', 'search', 'state', 'kind', 'page'],
	'/notices/custom': ['shipment', 'destination'],
	'/notices/preview': ['kind', 'shipment', 'locale'],
	'/admin/users': ['q', 'search', 'role', 'state', 'page', 'sort'],
	'/exports/board.csv': ['q', 'search', 'week', 'destination', 'closed']
};

describe('SQL', () => {
	test.for(Object.keys(FILTERS))('in a filter of %s is what is looked for', async (path) => {
		for (const text of SQL) {
			const search = new URLSearchParams(FILTERS[path]!.map((filter) => [filter, text]));
			const answer = await target.ask(`${path}?${search}`, { as: 'admin' });
			expect(answer.status, text).toBeLessThan(500);
			expect(answer.text).not.toMatch(/\$argon2|SQLITE_|syntax error/);
		}
		expect((await target.ask('/shipments/known', { as: 'viewer' })).status).toBe(200);
	});

	test('in a login, a reference or a token finds nothing', async () => {
		for (const text of SQL) {
			expect((await target.signIn(text, PASSWORD, '203.0.113.77')).status).not.toBe(303);
			expect(
				(await target.ask(`/track/${encodeURIComponent(text)}`, { headers: { 'x-forwarded-for': '203.0.113.78' } }))
					.status
			).toBe(404);
			expect((await target.ask(`/shipments/${encodeURIComponent(text)}`, { as: 'admin' })).status).toBe(404);
		}
	});
});

describe('JSON', () => {
	test('with __proto__ and constructor in it changes no object but its own', async () => {
		const evil =
			'{"uid":"u-proto","name":"shipment.archive","args":{"shipmentId":"known","__proto__":{"role":"admin"},"constructor":{"prototype":{"role":"admin"}}},"__proto__":{"role":"admin","personId":"admin"}}';
		const headers = { origin: ORIGIN, 'content-type': 'application/json' };
		const { text } = await target.ask('/api/trpc/command.run', { body: evil, as: 'viewer', method: 'POST', headers });
		expect(text).toContain('forbidden');
		const me = await target.ask('/api/trpc/session.me', { as: 'viewer' });
		expect(me.text).toContain('viewer');
		expect(me.text).not.toContain('"role":"admin"');
	});

	test.for([
		'',
		'{',
		'null',
		'[]',
		'"x"',
		'{"uid":1}',
		`${'['.repeat(20_000)}`,
		'{"uid":"u","name":"nothing.here","args":{}}'
	])('that is not what a procedure takes is refused, never a fault: %.20s', async (body) => {
		const headers = { origin: ORIGIN, 'content-type': 'application/json' };
		for (const path of ['command.run', 'sync.push', 'session.switchOperator']) {
			const answer = await target.ask(`/api/trpc/${path}`, {
				body,
				as: 'admin',
				cookies: target.device(),
				method: 'POST',
				headers
			});
			expect(answer.status).toBeGreaterThanOrEqual(200);
			expect(answer.status, answer.text).toBeLessThan(500);
		}
	});

	test('fields that a command does not have are dropped: nobody becomes somebody else by adding them', async () => {
		const body = {
			uid: newUuid(),
			name: 'shipment.close',
			args: { shipmentId: 'known', personId: 'admin', role: 'admin' },
			personId: 'admin',
			role: 'admin'
		};
		expect((await target.call('command.run', body, { as: 'viewer' })).text).toContain('forbidden');
	});
});

const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');
const MARKUP = Buffer.from(
	'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg><html><script>alert(1)</script>'
);

describe('photos', () => {
	const disputeId = newUuid();
	const put = (id: string, body: Uint8Array, type: string) =>
		target.ask(
			`/api/photos/${id}?shipment=known&dispute=${disputeId}&person=operator&at=${encodeURIComponent(new Date().toISOString())}`,
			{ method: 'PUT', body, headers: { origin: ORIGIN, 'content-type': type }, cookies: target.device() }
		);

	beforeAll(async () => {
		const epoch = await target.hello('r-photo');
		const args = { shipmentId: 'known', disputeId, reason: HOSTILE };
		const body = { epoch, replicaId: 'r-photo', mutations: [mutation('shipment.dispute', args)] };
		const { text } = await target.call('sync.push', body, { cookies: target.device() });
		expect(text).toContain('"ok"');
	});

	test.for([
		['SVG', MARKUP],
		['HTML', Buffer.from('<!doctype html><script>alert(1)</script>')],
		['a GIF that is a script', Buffer.from('GIF89a/*<script>alert(1)</script>*/=1')],
		['PNG', Buffer.from('89504e470d0a1a0a', 'hex')],
		['PDF', Buffer.from('%PDF-1.7')],
		['nothing', Buffer.alloc(0)]
	] as const)('that are %s are refused, whatever they are called', async ([, bytes]) => {
		for (const type of ['image/jpeg', 'image/svg+xml', 'text/html']) {
			const { status, text } = await put(newUuid(), bytes, type);
			expect([status, JSON.parse(text)]).toEqual([415, { kept: false, refusal: 'photo_type' }]);
		}
	});

	test('that begin as a JPEG and go on as a page are shown as a JPEG, and nothing in them is run', async () => {
		const id = newUuid();
		expect((await put(id, Buffer.concat([JPEG, MARKUP]), 'text/html')).status).toBe(200);
		const { status, headers } = await target.ask(`/photos/${id}`, { as: 'viewer' });
		expect(status).toBe(200);
		expect(headers['content-type']).toBe('image/jpeg');
		expect(headers['x-content-type-options']).toBe('nosniff');
		expect(headers['content-security-policy']).toContain("default-src 'none'");
		expect(headers['content-security-policy']).toContain('sandbox');
		expect(headers['content-disposition']).toMatch(/filename="[\w-]+\.jpg"$/);
		expect((await target.ask(`/photos/${id}`)).status).toBe(303);
	});
});

describe('mail', () => {
	test.for([
		'x\r\nBcc: all@evil.example',
		'x\nBcc: all@evil.example',
		'x\rBcc: all@evil.example',
		'x\r\n\r\n<b>body</b>'
	])('a header in a subject or an address is refused before it is queued: %j', async (text) => {
		const custom = { recipients: 'person:viewer', subject: text, text: 'x', uid: newUuid() };
		const sent = await target.ask('/notices/custom?/send', { body: new URLSearchParams(custom), as: 'admin' });
		expect(sent.status).toBe(400);
		const mine = { email: `a@example.org${text.slice(1)}`, locale: 'fr' };
		expect((await target.ask('/notices/mine?/me', { body: new URLSearchParams(mine), as: 'admin' })).status).toBe(400);
	});

	test('nothing that is queued has a line break in its headers', async () => {
		await target.app.stop();
		await target.inside(target.app, async ({ store }) => {
			const rows = store.read((db) =>
				db
					.prepare<[], { subject: string; to_address: string; message_id: string }>(
						'SELECT subject, to_address, message_id FROM mail_message'
					)
					.all()
			);
			for (const row of rows) for (const value of Object.values(row)) expect(value).not.toMatch(/[\r\n]/);
			expect(rows.every(({ to_address }) => !to_address.includes('evil'))).toBe(true);
		});
		await target.app.restart();
	}, 60_000);
});

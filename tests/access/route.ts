/**
 * How the tables beside this file say who may use which route: one line for each folder of `src/routes` that a request can
 * reach. `access-matrix.test.ts` reads the tree and fails when a route, an action or a method is missing in them, or stands
 * there and is no more.
 *
 * To add a route, add a line with its route id (the folder's path, groups and brackets included) to `desk-routes.ts`,
 * `admin-routes.ts` or, for all others, `routes.ts`:
 *
 *     '/(desk)/things/[id]': { page: 'person', actions: { save: ['manager', { name: 'X', uid: '$uuid' }] } },
 *     '/api/things':         { GET: 'operator', POST: ['admin', '{"name":"X"}'] },
 *
 * `page` is its load (or the page itself where it has none), `layout` the load of a `+layout.server.ts`. Each is asked alone,
 * as a tampered client can: a layout's check protects neither a page's load nor an action. After the word for who may stands
 * what to send (`$uuid`: a new one each time): fields of a form, or a body as text. For callers that a rule refuses by their
 * role it must be well formed, so that it gets as far as that rule. `at` fills the brackets of the path (`x` if nothing
 * is said) and, with a key that starts with `?`, the search.
 *
 * Who may: `anyone`; `person` (signed in), `operator`, `manager`, `admin` (that role or a greater one); `device` (a
 * registered browser); `secret` (an API key or a token that no person or device has, so that every caller here is refused).
 */
export type Who = 'anyone' | 'person' | 'operator' | 'manager' | 'admin' | 'device' | 'secret';
type Form = Record<string, string | string[]>;
/** Who may, and what to send. */
export type Way = Who | readonly [Who, Form | string];

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'fallback'] as const;

export interface Route extends Partial<Record<(typeof METHODS)[number], Way>> {
	page?: Way;
	layout?: Way;
	actions?: Record<string, Way>;
	at?: Record<string, string>;
	/** Where a role that may not open the page is led instead of a refusal. */
	instead?: string;
}

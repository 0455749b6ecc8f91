/** What a key may do: each operation of /api/v1 names the scope that it needs, and a key has those that it was made with. */
export const SCOPES = [
	'products:read',
	'destinations:read',
	'shipments:read',
	'shipments:write',
	'cartons:read',
	'events:read',
	'events:write',
	'webhooks:write'
] as const;

export type Scope = (typeof SCOPES)[number];

export const isScope = (word: string): word is Scope => (SCOPES as readonly string[]).includes(word);

/** What `ops api-keys` asks of the server. */
import { z } from 'zod';
import type { ApiKeyRow } from '#lib/server/integrations/api-keys.ts';
import { SCOPES } from '#lib/server/integrations/scopes.ts';
import { operation, OperationRefusal } from './operation.ts';

export const KEY_OPERATIONS = {
	'api-keys.list': operation(z.object({}), ({ apiKeys, clock }) => {
		const keys = apiKeys.list();
		const lines = keys.length === 0 ? ['There is no key.'] : keys.map((key) => lineOf(key, clock()));
		return Promise.resolve({ exitCode: 0, lines, json: { keys } });
	}),
	'api-keys.create': operation(
		z.object({
			name: z.string().trim().min(1).max(80),
			scopes: z.array(z.enum(SCOPES)).min(1),
			expiresAt: z.iso.datetime({ offset: true }).nullable(),
			dryRun: z.boolean()
		}),
		async ({ apiKeys, clock }, { name, scopes, expiresAt, dryRun }) => {
			if (expiresAt !== null && Date.parse(expiresAt) <= clock().getTime())
				throw new OperationRefusal('wrong_use', 'It would have expired already.');
			if (dryRun) return { exitCode: 0, lines: [`A key with ${scopes.join(', ')} would be made.`], json: { scopes } };
			const until = expiresAt === null ? null : new Date(expiresAt).toISOString();
			const { id, key } = await apiKeys.create({ name, scopes, expiresAt: until, by: null });
			const lines = [key, `It is shown this once. Its id is ${id}; it may ${scopes.join(', ')}.`];
			return { exitCode: 0, lines, json: { id, key, scopes } };
		}
	),
	'api-keys.revoke': operation(
		z.object({ id: z.string().min(1).max(80), dryRun: z.boolean() }),
		async ({ apiKeys }, { id, dryRun }) => {
			const isThere = apiKeys.list().some((key) => key.id === id && key.revokedAt === null);
			if (!isThere || (!dryRun && !(await apiKeys.revoke(id, null))))
				throw new OperationRefusal('refused', `There is no key ${id} that could be revoked.`);
			return { exitCode: 0, lines: [dryRun ? `${id} would be revoked.` : `${id} is revoked.`], json: { id } };
		}
	)
};

function lineOf({ id, name, scopes, expiresAt, lastUsedAt, revokedAt }: ApiKeyRow, now: Date): string {
	const isOver = expiresAt !== null && Date.parse(expiresAt) <= now.getTime();
	const state = revokedAt === null ? (isOver ? 'expired' : 'active') : 'revoked';
	const used = lastUsedAt === null ? 'never used' : `last used ${lastUsedAt}`;
	return `${id}  ${state.padEnd(8)} ${name}: ${scopes.join(', ')}; ${used}${expiresAt ? `; until ${expiresAt}` : ''}`;
}

import { describe, expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import ScanLog from './ScanLog.svelte';

const row = (code: string, rest: object = {}) => ({
	id: code,
	code,
	fate: 'queued' as const,
	what: 'Étiqueter',
	note: null,
	reason: null,
	...rest
});

describe('scan log', () => {
	test('[ux] rows carry code, fate and note, and say the fate in words', async () => {
		const screen = await render(ScanLog, {
			rows: [
				row('CN-1'),
				row('CN-2', { fate: 'accepted' }),
				row('CN-3', { fate: 'rejected', reason: 'Le colis est vide.' }),
				row('CN-4', { fate: 'accepted', note: { code: 'already_labeled', text: 'Déjà étiqueté' } })
			]
		});
		const rows = [...screen.getByTestId('scan-log').element().children] as HTMLElement[];
		expect(rows.map(({ dataset }) => [dataset['code'], dataset['fate'], dataset['note']])).toEqual([
			['CN-1', 'queued', undefined],
			['CN-2', 'accepted', undefined],
			['CN-3', 'rejected', undefined],
			['CN-4', 'accepted', 'already_labeled']
		]);
		for (const words of ['enregistré', 'accepté', 'refusé', 'Le colis est vide.', 'Déjà étiqueté'])
			await expect.element(screen.getByText(words).first()).toBeVisible();
	});

	test('[I18] a fate changes in place', async () => {
		const screen = await render(ScanLog, { rows: [row('CN-1')] });
		await screen.rerender({ rows: [row('CN-1', { fate: 'rejected', reason: 'Verrouillée.' })] });
		await expect.element(screen.getByText('Verrouillée.')).toBeVisible();
		expect(screen.getByText('enregistré').query()).toBeNull();
	});
});
